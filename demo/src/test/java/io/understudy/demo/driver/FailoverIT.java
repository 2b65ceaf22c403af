package io.understudy.demo.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.jdbc.UnderstudyConnection;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nodes are lost under the driver's connections: idle ones go on as if nothing had been, and of every commit it is told what became of it. */
class FailoverIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int POOL = 6;
    private static final int WRITERS = 6;

    private static RunningCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = RunningCluster.start();
        try (Connection c = DriverManager.getConnection(cluster.url());
                Statement s = c.createStatement()) {
            s.execute("create table written (id text, n int)");
            s.execute("create schema other");
            s.execute("create table other.only_here (n int)");
            s.execute("insert into other.only_here values (7)");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void anIdleConnectionGoesOnAtAnotherNode() throws Exception {
        cluster.awaitAllServing();
        LocalNode lost = cluster.replicas().getFirst();
        try (UnderstudyConnection c = at(lost);
                UnderstudyConnection pinned = at(lost);
                UnderstudyConnection off = at(lost, "&understudy.failoverSeconds=0");
                Statement s = c.createStatement();
                PreparedStatement p = c.prepareStatement("select n + ? from only_here")) {
            c.setSchema("other");
            c.setNetworkTimeout(Runnable::run, 9_000);
            c.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            c.setClientInfo("ApplicationName", "moved");
            s.execute("set work_mem = '7MB'");
            s.execute("set timezone = 'Asia/Tokyo'");
            s.execute("reset timezone");
            p.setInt(1, 30);
            // Prepared on the server, too, which the next node's does not know.
            for (int i = 0; i < 8; i++) {
                assertThat(number(p)).isEqualTo(37);
            }
            p.setInt(1, 31);
            pinned.createStatement().execute("create temporary table mine (n int)");

            lost.killProxy();

            assertThat(number(p)).isEqualTo(38);
            assertThat(c.node()).isNotEqualTo(lost.name());
            assertThat(c.isClosed()).isFalse();
            assertThat(c.getNetworkTimeout()).isEqualTo(9_000);
            assertThat(c.getSchema()).isEqualTo("other");
            assertThat(c.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
            assertThat(c.getClientInfo("ApplicationName")).isEqualTo("moved");
            assertThat(text(s, "show work_mem")).isEqualTo("7MB");
            assertThat(text(s, "show application_name")).isEqualTo("moved");
            assertThat(text(s, "show timezone")).isNotEqualTo("Asia/Tokyo");
            assertThat(c.getMetaData()
                            .getTables(null, "other", "only_here", null)
                            .next())
                    .isTrue();

            assertThatThrownBy(() -> pinned.createStatement().executeQuery("select * from mine"))
                    .isInstanceOf(SQLRecoverableException.class)
                    .hasMessageContaining("temporary_object");
            assertThat(pinned.isClosed()).isTrue();
            assertThatThrownBy(() -> off.createStatement().executeQuery("select 1"))
                    .isInstanceOf(org.postgresql.util.PSQLException.class);
        } finally {
            lost.startProxy();
            cluster.awaitAllServing();
        }
    }

    @Test
    void aReadThatWasSentToALostNodeIsRunAgainAndAWriteIsNot() throws Exception {
        cluster.awaitAllServing();
        LocalNode lost = cluster.replicas().getFirst();
        try (UnderstudyConnection reading = at(lost);
                UnderstudyConnection writing = at(lost);
                Statement read = reading.createStatement();
                Statement write = writing.createStatement()) {
            CompletableFuture<Object> reader =
                    later(() -> text(read, "select count(*)::text from generate_series(1, 12000000)"));
            CompletableFuture<Object> writer = later(() -> Integer.toString(write.executeUpdate(
                    "insert into written select 'in flight', count(*) from generate_series(1, 12000000)")));
            await().atMost(LIMIT).until(() -> reader.isDone() || writer.isDone() || running() == 2);
            lost.killProxy();
            assertThat(reader.join()).isEqualTo("12000000");
            Object written = writer.join();
            int rows = Integer.parseInt(text(write, "select count(*)::text from written where id = 'in flight'"));
            if (written instanceof SQLException e) {
                assertThat(e.getSQLState()).isIn("08007", "40001");
                assertThat(rows).isLessThanOrEqualTo(e instanceof SQLTransientException ? 0 : 1);
            } else {
                assertThat(rows).isEqualTo(1);
            }
            assertThat(reading.node()).isNotEqualTo(lost.name());
        } finally {
            lost.startProxy();
            cluster.awaitAllServing();
        }
    }

    @Test
    void aPoolKeepsItsConnections() throws Exception {
        cluster.awaitAllServing();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(cluster.url());
        config.setMaximumPoolSize(POOL);
        config.setMinimumIdle(POOL);
        config.setSchema("other");
        try (HikariDataSource pool = new HikariDataSource(config)) {
            Set<UnderstudyConnection> before = connections(pool);
            LocalNode lost = cluster.replicas().getLast();
            lost.killProxy();
            try {
                Set<UnderstudyConnection> after = connections(pool);
                assertThat(after).containsExactlyInAnyOrderElementsOf(before);
                for (UnderstudyConnection c : after) {
                    assertThat(c.node()).isNotEqualTo(lost.name());
                }
            } finally {
                lost.startProxy();
                cluster.awaitAllServing();
            }
        }
    }

    /** The master's proxy is killed, then a replica's that relays, while clients commit. */
    @Test
    void everyCommitThatWasCutOffIsToldForSure() throws Exception {
        cluster.awaitAllServing();
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        Set<String> refused = ConcurrentHashMap.newKeySet();
        Map<String, String> others = new ConcurrentHashMap<>();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger serial = new AtomicInteger();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            LocalNode node = cluster.local().node(i % 3 + 1);
            writers.add(Thread.ofVirtual().start(() -> {
                try (UnderstudyConnection c = at(node)) {
                    c.setAutoCommit(false);
                    write(c, over, serial, acknowledged, refused, others);
                } catch (SQLException e) {
                    others.put("connection at " + node.name(), e.getSQLState() + " " + e.getMessage());
                }
            }));
        }
        try {
            for (boolean master : new boolean[] {true, false}) {
                awaitMore(acknowledged);
                LocalNode lost = master ? cluster.master() : cluster.replicas().getFirst();
                lost.killProxy();
                awaitMore(acknowledged);
                lost.startProxy();
                cluster.awaitAllServing();
            }
        } finally {
            over.set(true);
            for (Thread t : writers) {
                t.join();
            }
        }
        assertThat(others).isEmpty();
        for (LocalNode node : cluster.local().nodes()) {
            try (UnderstudyConnection c = at(node);
                    Statement s = c.createStatement();
                    ResultSet r = s.executeQuery("select id, count(*) from written where n is null group by id")) {
                Set<String> there = new TreeSet<>();
                while (r.next()) {
                    assertThat(r.getInt(2)).as(r.getString(1)).isEqualTo(1);
                    there.add(r.getString(1));
                }
                assertThat(there).containsExactlyInAnyOrderElementsOf(acknowledged);
                assertThat(refused).noneMatch(there::contains);
            }
        }
    }

    /** On one connection, whatever happens: what cannot be hidden is a transaction to be run again. */
    private static void write(
            Connection c,
            AtomicBoolean over,
            AtomicInteger serial,
            Set<String> acknowledged,
            Set<String> refused,
            Map<String, String> others)
            throws SQLException {
        try (PreparedStatement p = c.prepareStatement("insert into written (id) values (?)")) {
            while (!over.get()) {
                String id = "w" + serial.incrementAndGet();
                try {
                    p.setString(1, id);
                    p.executeUpdate();
                    c.commit();
                    acknowledged.add(id);
                } catch (SQLTransientException e) {
                    refused.add(id);
                    c.rollback();
                } catch (SQLException e) {
                    others.put(id, e.getSQLState() + " " + e.getMessage());
                    c.rollback();
                }
            }
        }
    }

    private static void awaitMore(Set<String> acknowledged) {
        int goal = acknowledged.size() + 100;
        await().atMost(LIMIT).until(() -> acknowledged.size() >= goal);
    }

    /** How many of the statements above run, on whatever server. */
    private static int running() throws SQLException {
        int running = 0;
        for (LocalNode node : cluster.local().nodes()) {
            try (Connection c = DriverManager.getConnection(
                            "jdbc:postgresql://127.0.0.1:" + node.postgresPort() + "/postgres",
                            "postgres",
                            cluster.local().password());
                    Statement s = c.createStatement()) {
                running += Integer.parseInt(text(
                        s,
                        "select count(*)::text from pg_stat_activity where state = 'active'"
                                + " and query like '%generate_series%' and pid <> pg_backend_pid()"));
            }
        }
        return running;
    }

    private interface Call {
        String call() throws SQLException;
    }

    private static CompletableFuture<Object> later(Call c) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return c.call();
                    } catch (SQLException e) {
                        return e;
                    }
                },
                Thread::startVirtualThread);
    }

    /** What is behind each of the pool's connections; all are taken at once, and used. */
    private static Set<UnderstudyConnection> connections(HikariDataSource pool) throws SQLException {
        Set<UnderstudyConnection> found = new HashSet<>();
        List<Connection> taken = new ArrayList<>();
        try {
            for (int i = 0; i < POOL; i++) {
                Connection c = pool.getConnection();
                taken.add(c);
                try (PreparedStatement p = c.prepareStatement("select n + ? from only_here")) {
                    p.setInt(1, i);
                    assertThat(number(p)).isEqualTo(7 + i);
                }
                found.add(c.unwrap(UnderstudyConnection.class));
            }
        } finally {
            for (Connection c : taken) {
                c.close();
            }
        }
        return found;
    }

    private static int number(PreparedStatement p) throws SQLException {
        try (ResultSet r = p.executeQuery()) {
            r.next();
            return r.getInt(1);
        }
    }

    private static String text(Statement s, String sql) throws SQLException {
        try (ResultSet r = s.executeQuery(sql)) {
            r.next();
            return r.getString(1);
        }
    }

    private static UnderstudyConnection at(LocalNode node) throws SQLException {
        return at(node, "");
    }

    /** The least used node is taken each time: what is opened elsewhere is kept until one has come there. */
    private static UnderstudyConnection at(LocalNode node, String properties) throws SQLException {
        List<Connection> elsewhere = new ArrayList<>();
        try {
            return await().atMost(LIMIT)
                    .pollDelay(Duration.ZERO)
                    .until(
                            () -> {
                                UnderstudyConnection c = DriverManager.getConnection(cluster.url() + properties)
                                        .unwrap(UnderstudyConnection.class);
                                if (c.node().equals(node.name())) {
                                    return c;
                                }
                                elsewhere.add(c);
                                return null;
                            },
                            c -> c != null);
        } finally {
            for (Connection c : elsewhere) {
                c.close();
            }
        }
    }
}

package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLState;

/** Whether a transaction committed is told by every node, the same everywhere and for ever, and so it is. */
class OutcomeIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int WRITERS = 9;

    private static RunningCluster running;
    private static LocalCluster cluster;

    @BeforeAll
    static void start() throws IOException, SQLException {
        running = RunningCluster.start();
        cluster = running.local();
        try (Connection c = connect(cluster.node(1));
                Statement s = c.createStatement()) {
            s.execute("CREATE TABLE t (id text PRIMARY KEY)");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void everyNodeTellsWhatBecameOfATransaction() throws SQLException {
        for (LocalNode node : cluster.nodes()) {
            try (Connection c = connect(node);
                    Statement s = c.createStatement()) {
                c.setAutoCommit(false);
                String committed = token(c);
                s.execute("INSERT INTO t VALUES ('committed at " + node.name() + "')");
                assertThat(token(c)).isEqualTo(committed);
                c.commit();
                s.execute("INSERT INTO t VALUES ('rolled back')");
                String rolledBack = token(c);
                assertThat(rolledBack).isNotEqualTo(committed);
                c.rollback();
                for (LocalNode asked : cluster.nodes()) {
                    assertThat(outcome(asked, committed)).isEqualTo("committed");
                    assertThat(outcome(asked, rolledBack)).isEqualTo("not committed");
                }
                assertThat(literal(c, committed)).isEqualTo("committed");
            }
        }
    }

    @Test
    void whoAsksAboutATransactionThatStillRunsEndsIt() throws IOException, SQLException {
        for (LocalNode node : cluster.nodes()) {
            try (Connection c = connect(node);
                    Statement s = c.createStatement()) {
                c.setAutoCommit(false);
                s.execute("INSERT INTO t VALUES ('asked about')");
                String token = token(c);
                LocalNode asked = cluster.node(node.number() % 3 + 1);
                assertThat(outcome(asked, token)).isEqualTo("not committed");
                assertThatThrownBy(c::commit)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isIn("40001", "57P01", "08006"));
            }
        }
        assertThat(rows(cluster.node(1))).doesNotContain("asked about");
    }

    @Test
    void readsHaveNoToken() throws IOException, SQLException {
        try (Connection c = connect(cluster.node(1));
                Statement s = c.createStatement()) {
            c.setReadOnly(true);
            c.setAutoCommit(false);
            s.execute("SELECT 1");
            assertThat(token(c)).isEmpty();
            c.commit();
        }
    }

    @Test
    void whatIsNoTokenIsRefused() throws IOException, SQLException {
        try (Connection c = connect(cluster.node(2))) {
            for (String no : new String[] {"", "1", "no token", "1.2.3"}) {
                assertThatThrownBy(() -> literal(c, no))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("22023"));
            }
        }
    }

    /** The master's proxy is killed under commits, then its PostgreSQL, then it is frozen; each time the cut off clients ask on every node. */
    @Test
    void cutOffInTheMiddleOfCommitsClientsAreToldTheTruth() throws Exception {
        Map<String, String> unknown = new ConcurrentHashMap<>();
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger serial = new AtomicInteger();
        Thread[] writers = new Thread[WRITERS];
        for (int i = 0; i < WRITERS; i++) {
            LocalNode node = cluster.node(i % 3 + 1);
            writers[i] = Thread.ofVirtual().start(() -> {
                while (!over.get()) {
                    write(node, over, serial, acknowledged, unknown);
                }
            });
        }
        try {
            awaitMore(acknowledged);
            LocalNode first = running.master();
            first.killProxy();
            awaitMore(acknowledged);
            first.startProxy();
            running.awaitAllServing();

            LocalNode second = running.master();
            second.killPostgres();
            awaitMore(acknowledged);
            second.startPostgres();
            running.awaitAllServing();
        } finally {
            over.set(true);
            for (Thread t : writers) {
                t.join();
            }
        }
        assertThat(unknown).isNotEmpty();
        Map<String, String> told = new TreeMap<>();
        for (Map.Entry<String, String> u : unknown.entrySet()) {
            for (LocalNode asked : cluster.nodes()) {
                told.merge(u.getKey(), outcome(asked, u.getValue()), (a, b) -> a.equals(b) ? a : a + ", then " + b);
            }
        }
        for (LocalNode node : cluster.nodes()) {
            Set<String> rows = rows(node);
            assertThat(rows).containsAll(acknowledged);
            told.forEach((id, outcome) ->
                    assertThat(outcome).as(id).isEqualTo(rows.contains(id) ? "committed" : "not committed"));
        }
    }

    private static void write(
            LocalNode node,
            AtomicBoolean over,
            AtomicInteger serial,
            Set<String> acknowledged,
            Map<String, String> unknown) {
        String id = "";
        String token = "";
        try (Connection c = connect(node);
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            while (!over.get()) {
                id = "w" + serial.incrementAndGet();
                token = "";
                s.execute("INSERT INTO t VALUES ('" + id + "')");
                token = token(c);
                c.commit();
                acknowledged.add(id);
                token = "";
            }
        } catch (SQLException e) {
            if (!token.isEmpty()) {
                unknown.put(id, token);
            }
        }
    }

    private static void awaitMore(Set<String> acknowledged) {
        int goal = acknowledged.size() + 300;
        await().atMost(LIMIT).until(() -> acknowledged.size() >= goal);
    }

    private static Connection connect(LocalNode node) throws SQLException {
        return cluster.connect(node, LIMIT);
    }

    private static String token(Connection c) throws SQLException {
        try (Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SHOW understudy.transaction")) {
            r.next();
            return r.getString(1);
        }
    }

    /** As often as it takes: a node that is coming back may not be able to tell yet. */
    private static String outcome(LocalNode asked, String token) {
        return await().atMost(LIMIT)
                .ignoreExceptionsMatching(e -> e instanceof SQLException s
                        && ("57P03".equals(s.getSQLState()) || PSQLState.isConnectionError(s.getSQLState())))
                .until(
                        () -> {
                            try (Connection c = connect(asked);
                                    PreparedStatement p = c.prepareStatement("SELECT understudy.outcome(?)")) {
                                p.setString(1, token);
                                try (ResultSet r = p.executeQuery()) {
                                    r.next();
                                    return r.getString("outcome");
                                }
                            }
                        },
                        o -> true);
    }

    private static String literal(Connection c, String token) throws SQLException {
        try (Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT understudy.outcome('" + token + "')")) {
            r.next();
            return r.getString(1);
        }
    }

    private static Set<String> rows(LocalNode node) throws SQLException {
        Set<String> rows = new TreeSet<>();
        try (Connection c = connect(node);
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT id FROM t")) {
            while (r.next()) {
                rows.add(r.getString(1));
            }
        }
        return rows;
    }
}

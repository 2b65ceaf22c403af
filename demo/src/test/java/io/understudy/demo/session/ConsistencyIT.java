package io.understudy.demo.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import io.understudy.demo.fault.Contents;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How old what is read may be, as sessions, roles and connections choose. */
class ConsistencyIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long WRITES = 400;

    private static RunningCluster running;
    private static LocalCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        running = RunningCluster.shared();
        cluster = running.local();
        try (Connection c = connect(running.master(), "");
                Statement s = c.createStatement()) {
            s.execute("create table counter (n bigint)");
            s.execute("insert into counter values (0)");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    /** On all nodes, for those who read whatever is there. */
    @BeforeEach
    void zero() throws Exception {
        try (Connection c = connect(running.master(), "");
                Statement s = c.createStatement()) {
            s.execute("update counter set n = 0");
        }
        for (LocalNode node : cluster.nodes()) {
            try (Connection c = Contents.connect(cluster, node);
                    Statement s = c.createStatement()) {
                Awaitility.await().atMost(PATIENCE).until(() -> value(s) == 0);
            }
        }
    }

    private static Connection connect(LocalNode node, String consistency) throws SQLException {
        String options = consistency.isEmpty() ? "" : "&options=-c%20understudy.consistency%3D" + consistency;
        return DriverManager.getConnection("jdbc:postgresql://" + node.host() + ":" + node.clientPort()
                + "/postgres?user=postgres&password=" + cluster.password() + options);
    }

    private static long value(Statement s) throws SQLException {
        try (ResultSet r = s.executeQuery("select n from counter")) {
            r.next();
            return r.getLong(1);
        }
    }

    private static String text(Statement s, String sql) throws SQLException {
        try (ResultSet r = s.executeQuery(sql)) {
            r.next();
            return r.getString(1);
        }
    }

    /** As a pool does: whatever connection comes to hand. */
    @Test
    void connectionsOfOneApplicationSeeEachOthersCommits() throws Exception {
        LocalNode node = running.replicas().getFirst();
        AtomicBoolean over = new AtomicBoolean();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        CompletableFuture<Void> held = background(wrong, over, () -> holdUp(node, over));
        try (Connection a = connect(node, "");
                Connection b = connect(node, "");
                Statement writer = a.createStatement();
                Statement reader = b.createStatement()) {
            for (int i = 1; i <= 50; i++) {
                writer.execute("update counter set n = " + i);
                assertThat(value(reader)).isEqualTo(i);
            }
        } finally {
            over.set(true);
        }
        held.join();
        assertThat(wrong).isEmpty();
    }

    @Test
    void aHintDecidesForItsStatement() throws Exception {
        LocalNode node = running.replicas().getFirst();
        LocalNode other = running.replicas().getLast();
        String master = running.master().name();
        for (String mode : List.of("simple", "extended")) {
            try (Connection c = DriverManager.getConnection(
                            "jdbc:postgresql://" + node.host() + ":" + node.clientPort() + "/postgres?preferQueryMode="
                                    + mode,
                            "postgres",
                            cluster.password());
                    Statement s = c.createStatement()) {
                assertThat(routeOf(s, "")).isEqualTo(node.name());
                assertThat(routeOf(s, "/*+ understudy: master */")).isEqualTo(master);
                assertThat(text(s, "show understudy.last_route")).isEqualTo(master);
                assertThat(routeOf(s, "/*+ understudy: node=" + other.name() + " */"))
                        .isEqualTo(other.name());
                assertThat(routeOf(s, "/*+ understudy: strong */")).isNotEqualTo(master);
                assertThat(rows(s, "explain (route) /*+ understudy: master */ select n from counter"))
                        .contains(
                                "Runs on: " + master + ", the cluster's master",
                                "Because: it only reads, and a hint asks for the master");
                assertThatThrownBy(() -> routeOf(s, "/*+ understudy: slave */"))
                        .hasMessageContaining("none of: master")
                        .satisfies(e ->
                                assertThat(((SQLException) e).getSQLState()).isEqualTo("22023"));
                assertThatThrownBy(() -> routeOf(s, "/*+ understudy: node=nobody */"))
                        .hasMessageContaining("no such node")
                        .satisfies(e ->
                                assertThat(((SQLException) e).getSQLState()).isEqualTo("57P03"));
                c.setAutoCommit(false);
                c.setReadOnly(true);
                assertThat(routeOf(s, "/*+ understudy: master */"))
                        .as("a transaction goes where its first statement says")
                        .isEqualTo(master);
                assertThat(routeOf(s, "")).isEqualTo(master);
                c.commit();
            }
        }
    }

    private static List<String> rows(Statement s, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (ResultSet r = s.executeQuery(sql)) {
            while (r.next()) {
                rows.add(r.getString(1));
            }
        }
        return rows;
    }

    private static String routeOf(Statement s, String hint) throws SQLException {
        text(s, hint + "select n from counter");
        return text(s, "show understudy.last_route");
    }

    /** Other sessions than the writers', on replicas that fall behind again and again. */
    @Test
    void strongReadsSeeWhateverWasAcknowledgedBefore() throws Exception {
        AtomicLong acknowledged = new AtomicLong();
        AtomicLong stale = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        LocalNode replica = running.replicas().getFirst();
        LocalNode master = running.master();
        all.add(background(wrong, over, () -> holdUp(replica, over)));
        for (LocalNode node : cluster.nodes()) {
            all.add(background(wrong, over, () -> strong(node, acknowledged, over, wrong)));
        }
        all.add(background(wrong, over, () -> eventual(replica, acknowledged, stale, over)));
        try (Connection c = connect(master, "");
                Statement s = c.createStatement()) {
            while (acknowledged.get() < WRITES && wrong.isEmpty()) {
                s.execute("update counter set n = n + 1");
                acknowledged.incrementAndGet();
            }
        } finally {
            over.set(true);
        }
        all.forEach(CompletableFuture::join);
        assertThat(wrong).isEmpty();
        assertThat(stale).as("there was something to miss").hasPositiveValue();
    }

    private interface Work {
        void run() throws SQLException;
    }

    private static CompletableFuture<Void> background(Queue<String> wrong, AtomicBoolean over, Work work) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        work.run();
                    } catch (SQLException e) {
                        wrong.add(e.toString());
                    } finally {
                        over.set(true);
                    }
                },
                task -> Thread.ofVirtual().start(task));
    }

    private void strong(LocalNode node, AtomicLong acknowledged, AtomicBoolean over, Queue<String> wrong)
            throws SQLException {
        while (!over.get()) {
            try (Connection c = connect(node, "strong");
                    Statement s = c.createStatement()) {
                for (int i = 0; i < 20; i++) {
                    c.setReadOnly(i % 4 == 3);
                    c.setAutoCommit(i % 4 < 2);
                    long before = acknowledged.get();
                    long seen = value(s);
                    if (seen < before) {
                        wrong.add(node.name() + " showed " + seen + " when " + before + " was acknowledged");
                    }
                    if (!c.getAutoCommit()) {
                        c.commit();
                    }
                    c.setAutoCommit(true);
                }
            }
        }
    }

    private void eventual(LocalNode node, AtomicLong acknowledged, AtomicLong stale, AtomicBoolean over)
            throws SQLException {
        try (Connection c = connect(node, "eventual");
                Statement s = c.createStatement()) {
            while (!over.get()) {
                long before = acknowledged.get();
                if (value(s) < before) {
                    stale.incrementAndGet();
                }
            }
        }
    }

    private void holdUp(LocalNode replica, AtomicBoolean over) throws SQLException {
        while (!over.get()) {
            try (Connection c = Contents.connect(cluster, replica);
                    Statement s = c.createStatement()) {
                s.execute("set default_transaction_read_only = off");
                s.execute("begin; lock table counter in exclusive mode; select pg_sleep(0.2); commit");
            }
        }
    }

    @Test
    void boundedReadsSeeWhatWasAcknowledgedBeforeTheBound() throws Exception {
        LocalNode replica = running.replicas().getFirst();
        try (Connection blocking = Contents.connect(cluster, replica);
                Statement blocker = blocking.createStatement();
                Connection writing = connect(running.master(), "");
                Statement writer = writing.createStatement();
                Connection reading = connect(replica, "eventual");
                Statement reader = reading.createStatement()) {
            blocker.execute("set default_transaction_read_only = off");
            blocker.execute("begin; lock table counter in exclusive mode");
            writer.execute("update counter set n = 7");
            long acknowledged = System.nanoTime();
            assertThat(value(reader)).isZero();
            reader.execute("set understudy.consistency = 'bounded=1h'".replace("1h", "3600s"));
            assertThat(value(reader)).as("an hour is not over").isIn(0L, 7L);
            reader.execute("set understudy.consistency = 'bounded=20ms'");
            Awaitility.await().atMost(PATIENCE).until(() -> System.nanoTime() - acknowledged > 20_000_000);
            assertThat(value(reader)).isEqualTo(7);
            reader.execute("set understudy.consistency = 'strong'");
            assertThat(value(reader)).isEqualTo(7);
            blocker.execute("commit");
        }
    }

    @Test
    void whoChooses() throws Exception {
        LocalNode node = running.replicas().getFirst();
        try (Connection c = connect(node, "");
                Statement s = c.createStatement()) {
            assertThat(text(s, "show understudy.consistency")).isEqualTo("session");
            assertThatThrownBy(() -> s.execute("set understudy.consistency = 'weak'"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"));
            s.execute("create role app login password 'secret'");
            s.execute("grant select on counter to app");
            s.execute("alter role app set understudy.consistency = 'bounded=2s'");
        }
        for (LocalNode each : cluster.nodes()) {
            String url =
                    "jdbc:postgresql://" + each.host() + ":" + each.clientPort() + "/postgres?user=app&password=secret";
            Awaitility.await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
                try (Connection c = DriverManager.getConnection(url);
                        Statement s = c.createStatement()) {
                    assertThat(text(s, "show understudy.consistency")).isEqualTo("bounded=2000ms");
                    assertThat(value(s)).isZero();
                }
            });
        }
    }

    /** What nobody can confirm is not shown. */
    @Test
    void withoutAMajorityStrongReadsFailAndOthersGoOn() throws Exception {
        LocalNode left = running.replicas().getFirst();
        try (Connection c = connect(left, "");
                Statement s = c.createStatement()) {
            for (LocalNode node : cluster.nodes()) {
                if (!node.name().equals(left.name())) {
                    node.killProxy();
                }
            }
            s.execute("set understudy.consistency = 'strong'");
            assertThatThrownBy(() -> value(s))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P03"));
        } finally {
            for (LocalNode node : cluster.nodes()) {
                node.startProxy();
            }
            running.awaitAllServing();
        }
    }
}

package io.understudy.demo.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import io.understudy.demo.fault.Contents;
import io.understudy.embedded.LinuxProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * A counter only goes up, as every session sees it, through whichever node and on whichever replica it reads; and a session that has raised it itself sees at least that. Replicas are held up now and then, so
 * that sessions have to read elsewhere and come back.
 */
class MonotonicReadsIT {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final int READERS_A_NODE = 3;
    private static final int INCREMENTS = 600;

    @Test
    void noSessionGoesBackInTime() throws Exception {
        try (RunningCluster running = RunningCluster.start()) {
            LocalCluster cluster = running.local();
            try (Connection c = cluster.connect(cluster.node(1), ANSWER_LIMIT);
                    Statement s = c.createStatement()) {
                s.execute("CREATE TABLE counter (id int PRIMARY KEY, n bigint)");
                s.execute("INSERT INTO counter VALUES (1, 0)");
            }
            for (LocalNode replica : running.replicas()) {
                try (Connection direct = Contents.connect(cluster, replica);
                        Statement s = direct.createStatement()) {
                    await().atMost(ANSWER_LIMIT).until(() -> word(s, "SELECT to_regclass('counter')") != null);
                }
            }
            ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
            AtomicLong acknowledged = new AtomicLong();
            AtomicLong reads = new AtomicLong();
            List<Thread> threads = new ArrayList<>();
            for (LocalNode node : cluster.nodes()) {
                for (int i = 0; i < READERS_A_NODE; i++) {
                    boolean writes = i == 0;
                    threads.add(
                            Thread.ofVirtual().start(() -> session(cluster, node, writes, acknowledged, reads, wrong)));
                }
            }
            for (LocalNode replica : running.replicas()) {
                threads.add(Thread.ofVirtual().start(() -> holdUp(cluster, replica, acknowledged, wrong)));
            }
            for (Thread t : threads) {
                t.join();
            }
            assertThat(wrong).isEmpty();
            assertThat(reads.get()).isGreaterThan(INCREMENTS);
            System.out.println("MonotonicReadsIT: " + reads + " reads");
        }
    }

    /** Without synchronous_commit a server that crashes has lost its last commits, until its proxy has replayed them; here that takes until the test lets it go on. */
    @Test
    void noSessionGoesBackOnANodeThatDoes() throws Exception {
        try (RunningCluster running = RunningCluster.start()) {
            LocalCluster cluster = running.local();
            LocalNode master = running.master();
            LocalNode there = running.replicas().getFirst();
            LocalNode away = running.replicas().getLast();
            try (Connection c = cluster.connect(master, ANSWER_LIMIT);
                    Statement session = c.createStatement();
                    Connection other = cluster.connect(master, ANSWER_LIMIT);
                    Statement writer = other.createStatement()) {
                writer.execute("CREATE TABLE counter (id int PRIMARY KEY, n bigint)");
                writer.execute("INSERT INTO counter VALUES (1, 0)");
                away.killPostgres();
                await().atMost(ANSWER_LIMIT).until(() -> {
                    value(session);
                    return word(session, "SHOW understudy.last_route").equals(there.name());
                });
                long walWriter = frozenWalWriter(cluster, there);
                for (int i = 0; i < 20; i++) {
                    writer.executeUpdate("UPDATE counter SET n = n + 1 WHERE id = 1");
                }
                await().atMost(ANSWER_LIMIT).until(() -> value(session) == 20);
                assertThat(word(session, "SHOW understudy.last_route")).isEqualTo(there.name());

                there.freezeProxy();
                there.killPostgres();
                ProcessHandle.of(walWriter).ifPresent(ProcessHandle::destroyForcibly);
                there.startPostgres();
                try (Connection direct = Contents.connect(cluster, there);
                        Statement lock = direct.createStatement()) {
                    assertThat(value(lock)).as("what the crash has left").isLessThan(20);
                    lock.execute("SET default_transaction_read_only = off");
                    direct.setAutoCommit(false);
                    lock.execute("LOCK TABLE counter IN EXCLUSIVE MODE");
                    there.thaw();
                    await().atMost(ANSWER_LIMIT).until(() -> serves(session, there));
                    // Replay ends who keeps it waiting, some time.
                    int heldUp = 0;
                    while (heldUp < 10 && behind(lock)) {
                        assertThat(value(session)).isEqualTo(20);
                        heldUp++;
                    }
                    assertThat(heldUp).isPositive();
                }
            }
        }
    }

    private static boolean behind(Statement direct) {
        try {
            return value(direct) < 20;
        } catch (SQLException e) {
            return false;
        }
    }

    /** What is committed from now on is not on disk. */
    private static long frozenWalWriter(LocalCluster cluster, LocalNode node) throws Exception {
        try (Connection direct = Contents.connect(cluster, node);
                Statement s = direct.createStatement()) {
            s.execute("CHECKPOINT");
            try (ResultSet r = s.executeQuery("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")) {
                r.next();
                LinuxProcess.freeze(List.of(r.getLong(1)));
                return r.getLong(1);
            }
        }
    }

    private static String word(Statement s, String sql) throws SQLException {
        try (ResultSet r = s.executeQuery(sql)) {
            r.next();
            return r.getString(1);
        }
    }

    private static boolean serves(Statement s, LocalNode node) throws SQLException {
        try (ResultSet r = s.executeQuery("SHOW understudy.topology")) {
            while (r.next()) {
                if (r.getString("name").equals(node.name())) {
                    return r.getString("state").equals("replica");
                }
            }
            return false;
        }
    }

    private static void session(
            LocalCluster cluster,
            LocalNode node,
            boolean writes,
            AtomicLong acknowledged,
            AtomicLong reads,
            ConcurrentLinkedQueue<String> wrong) {
        long seen = 0;
        try (Connection c = cluster.connect(node, ANSWER_LIMIT);
                Statement s = c.createStatement()) {
            while (acknowledged.get() < INCREMENTS && wrong.isEmpty()) {
                if (writes) {
                    s.executeUpdate("UPDATE counter SET n = n + 1 WHERE id = 1");
                    acknowledged.incrementAndGet();
                }
                for (int i = 0; i < 3; i++) {
                    long now = value(s);
                    reads.incrementAndGet();
                    if (now < seen) {
                        wrong.add(node.name() + " saw " + now + " after " + seen);
                    }
                    seen = now;
                }
            }
        } catch (SQLException e) {
            wrong.add(node.name() + ": " + e);
        }
    }

    private static long value(Statement s) throws SQLException {
        try (ResultSet r = s.executeQuery("SELECT n FROM counter WHERE id = 1")) {
            r.next();
            return r.getLong(1);
        }
    }

    /** Locks that replay waits for. */
    private static void holdUp(
            LocalCluster cluster, LocalNode replica, AtomicLong acknowledged, ConcurrentLinkedQueue<String> wrong) {
        try {
            while (acknowledged.get() < INCREMENTS && wrong.isEmpty()) {
                try (Connection c = Contents.connect(cluster, replica);
                        Statement s = c.createStatement()) {
                    s.execute("SET default_transaction_read_only = off");
                    s.execute(
                            "BEGIN; LOCK TABLE counter IN EXCLUSIVE MODE; SELECT pg_sleep(0.05 + random() * 0.2); COMMIT");
                    s.execute("SELECT pg_sleep(random() * 0.2)");
                }
            }
        } catch (SQLException e) {
            wrong.add(replica.name() + " held up: " + e);
        }
    }
}

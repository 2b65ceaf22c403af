package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.command.AdminClient;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Mastership goes from node to node while clients of all nodes run short mixed transactions: none of them sees an error. How long they had to wait is printed. */
@Timeout(300)
class SwitchoverIT {
    private static final int CLIENTS = 16;
    private static final int ACCOUNTS = 5_000;
    private static final int SWITCHOVERS = Integer.getInteger("understudy.switchovers", 6);

    private static RunningCluster running;
    private static LocalCluster cluster;

    private final Queue<SQLException> errors = new ConcurrentLinkedQueue<>();
    private final AtomicLong committed = new AtomicLong();
    private final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);
    /** Between two commits of whatever clients. */
    private final LongAccumulator gapNanos = new LongAccumulator(Math::max, 0);

    private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());

    @BeforeAll
    static void start() throws IOException, SQLException {
        running = RunningCluster.start();
        cluster = running.local();
        try (Connection c = cluster.connect(cluster.node(1), Duration.ofSeconds(60));
                Statement s = c.createStatement()) {
            s.execute("CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL)");
            s.execute("INSERT INTO account SELECT i, 100 FROM generate_series(1, " + ACCOUNTS + ") i");
            s.execute(
                    "CREATE TABLE moved (id bigserial PRIMARY KEY, amount int NOT NULL, at timestamptz DEFAULT now())");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void nobodySeesAnError() throws Exception {
        running.awaitAllServing();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            LocalNode node = cluster.node(i % 3 + 1);
            clients.add(Thread.ofVirtual().start(() -> work(node, stop)));
        }
        List<Long> waits = new ArrayList<>();
        List<Long> gaps = new ArrayList<>();
        long usual = 0;
        try (AdminClient client = AdminClient.ofCluster(cluster.directory())) {
            awaitCommits(CLIENTS * 5L);
            longestNanos.reset();
            awaitCommits(CLIENTS * 20L);
            usual = longestNanos.get() / 1_000_000;
            for (int i = 0; i < SWITCHOVERS && errors.isEmpty(); i++) {
                longestNanos.reset();
                gapNanos.reset();
                client.post("/api/v1/switchover?target=");
                awaitCommits(CLIENTS * 5L);
                waits.add(longestNanos.get() / 1_000_000);
                gaps.add(gapNanos.get() / 1_000_000);
                running.awaitAllServing();
            }
        } finally {
            stop.set(true);
            for (Thread t : clients) {
                t.join();
            }
        }
        assertThat(errors).isEmpty();
        waits.sort(null);
        gaps.sort(null);
        System.out.println(SWITCHOVERS + " switchovers under " + CLIENTS + " clients, " + committed
                + " transactions; without any commit for, in ms: median " + gaps.get(gaps.size() / 2) + ", all " + gaps
                + "; the transaction that took longest: median " + waits.get(waits.size() / 2) + ", all " + waits
                + ", without a switchover " + usual);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            Map<String, Contents> contents = Contents.ofAll(cluster);
            assertThat(Contents.differences(contents)).isEmpty();
        });
        try (Connection c = cluster.connect(cluster.node(1), Duration.ofSeconds(30));
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT sum(balance) FROM account")) {
            r.next();
            assertThat(r.getInt(1)).isEqualTo(ACCOUNTS * 100);
        }
    }

    private void awaitCommits(long more) {
        long from = committed.get();
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(60))
                .until(() -> committed.get() - from >= more || !errors.isEmpty());
    }

    private void work(LocalNode node, AtomicBoolean stop) {
        try (Connection c = cluster.connect(node, Duration.ofSeconds(60))) {
            c.setAutoCommit(false);
            try (PreparedStatement change =
                            c.prepareStatement("UPDATE account SET balance = balance + ? WHERE id = ?");
                    PreparedStatement note = c.prepareStatement("INSERT INTO moved (amount) VALUES (?)");
                    PreparedStatement look = c.prepareStatement("SELECT sum(balance) FROM account")) {
                while (!stop.get()) {
                    long begun = System.nanoTime();
                    transfer(change, note);
                    c.commit();
                    read(look);
                    c.commit();
                    longestNanos.accumulate(System.nanoTime() - begun);
                    long now = System.nanoTime();
                    gapNanos.accumulate(now - lastNanos.getAndSet(now));
                    committed.incrementAndGet();
                }
            }
        } catch (SQLException e) {
            errors.add(e);
        }
    }

    /** In the order of the accounts, so that no two wait for each other. */
    private static void transfer(PreparedStatement change, PreparedStatement note) throws SQLException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int from = random.nextInt(1, ACCOUNTS);
        int to = random.nextInt(from + 1, ACCOUNTS + 1);
        int amount = random.nextInt(1, 10);
        change.setInt(1, -amount);
        change.setInt(2, from);
        change.executeUpdate();
        note.setInt(1, amount);
        note.executeUpdate();
        change.setInt(1, amount);
        change.setInt(2, to);
        change.executeUpdate();
    }

    private static void read(PreparedStatement look) throws SQLException {
        try (ResultSet r = look.executeQuery()) {
            r.next();
            assertThat(r.getInt(1)).isEqualTo(ACCOUNTS * 100);
        }
    }
}

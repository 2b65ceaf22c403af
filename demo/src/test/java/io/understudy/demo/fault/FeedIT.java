package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.command.FeedReader;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody follows the feed at whichever node, is cut off again and again and goes on, while clients write and a master is killed: what he has in the end is what the database has. */
@Timeout(300)
class FeedIT {
    private static final long SEED = Long.getLong("understudy.seed", System.nanoTime());

    private static RunningCluster running;
    private static LocalCluster cluster;

    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicInteger committed = new AtomicInteger();
    private final AtomicBoolean stop = new AtomicBoolean();

    @BeforeAll
    static void start() throws IOException {
        running = RunningCluster.start();
        cluster = running.local();
        System.out.println("FeedIT: seed " + SEED);
    }

    @AfterAll
    static void stopCluster() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    /** The table as the feed tells it. One thread, then another after it has ended. */
    private static final class Follower {
        final Map<String, String> rows = new TreeMap<>();
        final List<String> ddl = new ArrayList<>();
        final List<JsonNode> unfinished = new ArrayList<>();
        long last;
        int cuts;
        int chunks;
        int masters;

        /** Whether the line is wanted only once. */
        void take(JsonNode line) {
            String kind = line.path("kind").asText();
            if (kind.equals("restart")) {
                unfinished.clear();
                return;
            }
            assertThat(line.path("index").asLong())
                    .as("%s after %d", line, last)
                    .isGreaterThan(last);
            if (kind.equals("changes")) {
                unfinished.add(line);
                chunks++;
                return;
            }
            unfinished.forEach(l -> apply(l.path("changes")));
            unfinished.clear();
            apply(line.path("changes"));
            masters += kind.equals("master") ? 1 : 0;
            last = line.path("index").asLong();
        }

        private void apply(JsonNode changes) {
            for (JsonNode c : changes) {
                String table = c.path("table").asText();
                switch (c.path("op").asText()) {
                    case "ddl" -> ddl.add(c.path("sql").asText());
                    case "insert" -> {
                        if (table.equals("fed")) {
                            assertThat(rows.put(id(c, "after"), value(c, "after")))
                                    .isNull();
                        }
                    }
                    case "update" -> {
                        assertThat(rows.remove(id(c, "before"))).isEqualTo(value(c, "before"));
                        rows.put(id(c, "after"), value(c, "after"));
                    }
                    case "delete" -> assertThat(rows.remove(id(c, "before"))).isEqualTo(value(c, "before"));
                    default -> throw new AssertionError(c);
                }
            }
        }

        private static String id(JsonNode change, String side) {
            return change.path(side).path("id").asText();
        }

        private static String value(JsonNode change, String side) {
            return change.path(side).path("v").asText();
        }
    }

    @Test
    void whoIsCutOffAndGoesOnMissesNothingAndSeesNothingTwice() throws Exception {
        try (Connection c = cluster.connect(cluster.node(1), Duration.ofSeconds(60));
                Statement s = c.createStatement()) {
            s.execute("CREATE TABLE fed (id int PRIMARY KEY, v text)");
        }
        Follower follower = new Follower();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread following = Thread.ofVirtual().start(() -> {
            try {
                follow(follower);
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        List<Thread> writers = new ArrayList<>();
        for (LocalNode node : cluster.nodes()) {
            writers.add(Thread.ofVirtual().start(() -> write(node)));
        }
        try {
            awaitCommits(100);
            LocalNode master = running.master();
            master.killProxy();
            awaitCommits(100);
            master.startProxy();
            running.awaitAllServing();
            // large enough to come in pieces
            try (Connection c = cluster.connect(running.master(), Duration.ofSeconds(60));
                    Statement s = c.createStatement()) {
                s.execute("INSERT INTO fed SELECT i, repeat('long', 30) FROM generate_series(1000001, 1060000) i");
                s.execute("DELETE FROM fed WHERE id > 1000100");
            }
            awaitCommits(50);
        } finally {
            stop.set(true);
            for (Thread t : writers) {
                t.join();
            }
        }
        Map<String, String> rows = new TreeMap<>();
        try (Connection c = cluster.connect(running.master(), Duration.ofSeconds(60));
                Statement s = c.createStatement()) {
            try (ResultSet r = s.executeQuery("SELECT id, v FROM fed")) {
                while (r.next()) {
                    rows.put(r.getString(1), r.getString(2));
                }
            }
            s.execute("CREATE TABLE the_end (id int)");
        }
        following.join(Duration.ofSeconds(90));
        assertThat(failure.get()).isNull();
        assertThat(following.isAlive()).isFalse();
        assertThat(follower.rows).isEqualTo(rows);
        assertThat(follower.ddl).contains("CREATE TABLE fed (id int PRIMARY KEY, v text)");
        assertThat(follower.cuts).isGreaterThan(5);
        assertThat(follower.chunks).isGreaterThan(5);
        assertThat(follower.masters).isGreaterThan(1);
    }

    private void awaitCommits(int more) {
        int from = committed.get();
        await().atMost(Duration.ofSeconds(60)).until(() -> committed.get() >= from + more);
    }

    /** Connects to the nodes in another order each time, and lets go in the middle of it. */
    private static void follow(Follower follower) throws IOException {
        Random random = new Random(SEED);
        while (follower.ddl.stream().noneMatch(sql -> sql.contains("the_end"))) {
            List<URI> nodes = new ArrayList<>(cluster.nodes().stream()
                    .map(n -> URI.create("http://127.0.0.1:" + n.adminPort()))
                    .toList());
            Collections.shuffle(nodes, random);
            int lines = random.nextInt(1, 60);
            follower.unfinished.clear();
            try (AdminClient client = new AdminClient(nodes, cluster.password())) {
                int[] left = {lines};
                new FeedReader(client).read(follower.last + 1, line -> {
                    follower.take(line);
                    return --left[0] > 0 && follower.ddl.stream().noneMatch(sql -> sql.contains("the_end"));
                });
            }
            follower.cuts++;
        }
    }

    /** Row by row, and now and then several; by statements that are logged as rows. Who fails goes on with another row, for the former may be there or not. */
    private void write(LocalNode node) {
        while (!stop.get()) {
            try (Connection c = cluster.connect(node, Duration.ofSeconds(60));
                    Statement s = c.createStatement()) {
                while (!stop.get()) {
                    int id = ids.incrementAndGet();
                    s.execute("INSERT INTO fed SELECT " + id + ", md5(random()::text)");
                    if (id % 10 == 0) {
                        s.execute("UPDATE fed SET v = v || '\"x,\\' WHERE id BETWEEN " + (id - 3) + " AND " + id);
                        s.execute("DELETE FROM fed WHERE id IN (" + (id - 5) + ", " + (id - 6) + ")");
                    }
                    committed.incrementAndGet();
                }
            } catch (SQLException e) {
                LockSupport.parkNanos(50_000_000);
            }
        }
    }
}

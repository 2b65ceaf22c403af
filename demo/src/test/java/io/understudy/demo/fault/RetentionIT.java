package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.command.AdminClient;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A log that is cut while a node is away: the others lose nothing when they are all killed, and the one that comes back is set up from one of them, schema included. */
@Timeout(600)
class RetentionIT {
    private static final Duration LIMIT = Duration.ofSeconds(180);
    private static final int CLIENTS = 16;

    private static RunningCluster running;
    private static LocalCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        running = RunningCluster.start(file -> Files.writeString(
                file,
                Files.readString(file)
                        .replaceFirst("keep: \\d+", "keep: 2")
                        .replaceFirst("segment: \\d+", "segment: 1")));
        cluster = running.local();
    }

    @AfterAll
    static void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void aNodeThatWasAwayTooLong() throws Exception {
        running.awaitAllServing();
        LocalNode away = running.replicas().getFirst();
        List<LocalNode> others = cluster.nodes().stream().filter(n -> n != away).toList();
        try (Connection c = cluster.connect(running.master(), Duration.ofSeconds(60));
                Statement s = c.createStatement()) {
            s.execute("CREATE TYPE mood AS ENUM ('good', 'bad')");
            s.execute("CREATE TABLE filled (id int PRIMARY KEY, m mood DEFAULT 'good', v text)");
            s.execute("CREATE SEQUENCE numbers");
        }
        away.killProxy();
        away.killPostgres();
        LocalNode master = running.master();
        Set<Integer> acknowledged =
                fill(master, () -> firstIndex(others.get(0)) > 6_000 && firstIndex(others.get(1)) > 6_000);

        // what the log no longer has must be in the databases for good
        for (LocalNode node : others) {
            node.killProxy();
            node.killPostgres();
        }
        for (LocalNode node : others) {
            node.startPostgres();
            node.startProxy();
        }
        await().atMost(LIMIT)
                .ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(missing(others.getFirst(), acknowledged)).isEmpty());

        away.startPostgres();
        away.startProxy();
        OptionalLong process = away.proxyPid();
        running.awaitAllServing();
        assertEqual(acknowledged);
        assertThat(away.proxyPid()).isEqualTo(process);
        assertThat(firstIndex(away)).isGreaterThan(6_000);
        assertThat(Files.readString(cluster.directory().resolve(away.name()).resolve("proxy.log")))
                .contains("away longer than the others keep the log")
                .contains("away longer than its log reaches back");

        // its schema is made from what stands for the beginning of the log
        try (Connection c = Contents.connect(cluster, away);
                Statement s = c.createStatement()) {
            s.execute("SET default_transaction_read_only = off");
            s.execute("DROP TABLE filled");
            s.execute("DROP TYPE mood");
        }
        try (AdminClient client = AdminClient.ofCluster(cluster.directory())) {
            client.post("/api/v1/resync?node=" + away.name());
        }
        await().atMost(LIMIT).ignoreExceptions().untilAsserted(() -> {
            running.awaitAllServing();
            assertEqual(acknowledged);
        });
    }

    private interface Enough {
        boolean reached() throws IOException;
    }

    /** Inserts until it is enough; whoever fails connects again, as an application would. */
    private static Set<Integer> fill(LocalNode node, Enough enough) throws Exception {
        Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
        AtomicInteger numbers = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                while (!stop.get()) {
                    insert(node, numbers, acknowledged, stop);
                }
            }));
        }
        try {
            await().atMost(LIMIT).until(enough::reached);
        } finally {
            stop.set(true);
            for (Thread t : threads) {
                t.join();
            }
        }
        return acknowledged;
    }

    private static void insert(LocalNode node, AtomicInteger numbers, Set<Integer> acknowledged, AtomicBoolean stop) {
        try (Connection c = cluster.connect(node, Duration.ofSeconds(60));
                PreparedStatement insert =
                        c.prepareStatement("INSERT INTO filled VALUES (?, 'good', repeat('x', 1000))")) {
            while (!stop.get()) {
                int number = numbers.incrementAndGet();
                insert.setInt(1, number);
                insert.executeUpdate();
                acknowledged.add(number);
            }
        } catch (SQLException e) {
            System.out.println("a client connects again after: " + e.getMessage());
        }
    }

    private static long firstIndex(LocalNode node) throws IOException {
        try (AdminClient client =
                new AdminClient(List.of(URI.create("http://127.0.0.1:" + node.adminPort())), cluster.password())) {
            return client.get("/api/v1/log").path("firstIndex").asLong();
        }
    }

    private static Set<Integer> missing(LocalNode node, Set<Integer> acknowledged) throws SQLException {
        Set<Integer> missing = new HashSet<>(acknowledged);
        try (Connection c = cluster.connect(node, Duration.ofSeconds(30));
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT id FROM filled")) {
            while (r.next()) {
                missing.remove(r.getInt(1));
            }
        }
        return missing;
    }

    private static void assertEqual(Set<Integer> acknowledged) throws IOException, SQLException {
        Map<String, Contents> contents = Contents.ofAll(cluster);
        assertThat(Contents.differences(contents)).isEmpty();
        assertThat(contents.values()).allSatisfy(c -> assertThat(c.tables()).containsKey("filled"));
        assertThat(missing(cluster.node(1), acknowledged)).isEmpty();
    }
}

package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.command.MembershipOrders;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalMembers;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.cluster.ProxyLaunch;
import io.understudy.demo.driver.RunningCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * A cluster of three grows to five, and shrinks to three others: no node is left of those it began with, and no client sees an error. Then nodes are killed in the middle of an addition, which is repeated.
 */
@Timeout(600)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MembersIT {
    private static final int CLIENTS = 4;
    private static final Duration PACE = Duration.ofMillis(20);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);

    private static RunningCluster running;
    private static LocalCluster cluster;

    private static final long BEGUN_NANOS = System.nanoTime();

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final Queue<Exception> errors = new ConcurrentLinkedQueue<>();
    private final AtomicLong committed = new AtomicLong();

    @BeforeAll
    static void start() throws IOException, SQLException {
        running = RunningCluster.start(MembersIT::patient);
        cluster = running.local();
        try (Connection c = cluster.connect(cluster.node(1), Duration.ofSeconds(60));
                Statement s = c.createStatement()) {
            s.execute("CREATE TABLE entry (id bigserial PRIMARY KEY, client int NOT NULL, amount int NOT NULL)");
            s.execute("CREATE TABLE total (client int PRIMARY KEY, amount bigint NOT NULL)");
            s.execute("INSERT INTO total SELECT i, 0 FROM generate_series(1, " + CLIENTS + ") i");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    @Test
    @Order(1)
    void everyNodeIsReplacedAndNobodySeesAnError() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> clients = new ArrayList<>();
        String url = running.driverUrl();
        for (int i = 1; i <= CLIENTS; i++) {
            int client = i;
            clients.add(Thread.ofVirtual().start(() -> work(url, client, over)));
        }
        try {
            awaitCommits();
            add();
            add();
            assertThat(voters()).containsExactlyInAnyOrder("node1", "node2", "node3", "node4", "node5");
            String master = master();
            dryRun(master);
            remove(master);
            remove(firstOf("node1", "node2", "node3"));
            add();
            remove(firstOf("node1", "node2", "node3"));
            assertThat(voters()).containsExactlyInAnyOrder("node4", "node5", "node6");
        } finally {
            over.set(true);
            for (Thread t : clients) {
                t.join();
            }
            System.out.println(String.join("\n", said));
        }
        assertThat(errors).isEmpty();
        System.out.println(committed + " transactions while all nodes were replaced");
        assertAllEqual();
        try (Connection c = cluster.connect(cluster.nodes().getFirst(), Duration.ofSeconds(30));
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT count(*), (SELECT sum(amount) FROM total) FROM entry")) {
            r.next();
            assertThat(r.getLong(1)).isEqualTo(committed.get()).isEqualTo(r.getLong(2));
        }
    }

    @Test
    @Order(2)
    void anAdditionIsRepeatedAfterTheNewNodeAndTheLeaderWereKilled() throws Exception {
        cluster = members().prepare();
        LocalNode newcomer = cluster.nodes().getLast();
        try (AdminClient client = AdminClient.ofCluster(cluster.directory())) {
            MembershipOrders orders = new MembershipOrders(client, this::say);
            orders.add(newcomer.admin(), true, Duration.ZERO);
            assertThat(known()).doesNotContainKey(newcomer.name());
            orders.add(newcomer.admin(), false, Duration.ZERO);
        }
        newcomer.killProxy();
        LocalNode leader = named(master());
        leader.killProxy();
        newcomer.startProxy();
        cluster = members().add();
        assertThat(voters()).hasSize(4);
        try (AdminClient client = AdminClient.ofCluster(cluster.directory())) {
            MembershipOrders orders = new MembershipOrders(client, this::say);
            // Dead, and removed all the same; its process comes back and learns of it.
            orders.remove(leader.name(), false);
            comesBack(leader);
            await().atMost(SETTLE_LIMIT).until(() -> leader.proxyPid().isEmpty());
            remove(leader.name());
            List<String> rest = new ArrayList<>(voters());
            LocalNode other = named(rest.getFirst());
            other.killProxy();
            await().atMost(SETTLE_LIMIT)
                    .untilAsserted(() -> assertThatThrownBy(() -> orders.remove(rest.getLast(), true))
                            .hasMessageContaining("no majority"));
            other.startProxy();
        }
        assertAllEqual();
        System.out.println(String.join("\n", said));
    }

    /** It may have ended again by the time that it would be seen to serve. */
    private static void comesBack(LocalNode removed) throws IOException {
        try {
            removed.startProxy();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("ended");
        }
        Path log = cluster.directory().resolve(removed.name()).resolve("proxy.log");
        await().atMost(SETTLE_LIMIT)
                .until(() -> Files.readString(log).contains(removed.name() + " was removed from the cluster"));
    }

    private void work(String url, int client, AtomicBoolean over) {
        try (Connection c = DriverManager.getConnection(url)) {
            c.setAutoCommit(false);
            while (!over.get() && errors.isEmpty()) {
                try (Statement s = c.createStatement()) {
                    s.execute("INSERT INTO entry (client, amount) VALUES (" + client + ", 1)");
                    s.execute("UPDATE total SET amount = amount + 1 WHERE client = " + client);
                }
                c.commit();
                committed.incrementAndGet();
                // The machine is shared by up to five nodes.
                LockSupport.parkNanos(PACE.toNanos());
                try (Statement s = c.createStatement();
                        ResultSet r = s.executeQuery("SELECT amount FROM total WHERE client = " + client)) {
                    r.next();
                }
                c.commit();
            }
        } catch (SQLException e) {
            say("client " + client + ": " + e.getMessage());
            errors.add(e);
        }
    }

    private void say(String line) {
        said.add((System.nanoTime() - BEGUN_NANOS) / 1_000_000 + " ms: " + line);
    }

    private void add() throws IOException {
        cluster = members().create();
        patient(cluster.directory().resolve(cluster.nodes().getLast().name()).resolve("node.yaml"));
        cluster = members().add();
        awaitCommits();
    }

    /** Processes that begin are silent for long on a busy machine. */
    private static void patient(Path nodeYaml) throws IOException {
        String settings = Files.readString(nodeYaml);
        Files.writeString(nodeYaml, settings.replace("failure-detection: 3s", "failure-detection: 10s"));
    }

    private void remove(String node) throws IOException {
        cluster = members().remove(node, false);
        awaitCommits();
    }

    private void dryRun(String node) throws IOException {
        members().remove(node, true);
        assertThat(voters()).contains(node);
    }

    private void awaitCommits() {
        long enough = committed.get() + CLIENTS * 5L;
        await().atMost(SETTLE_LIMIT)
                .until(() -> committed.get() == 0 || committed.get() >= enough || !errors.isEmpty());
        assertThat(errors).isEmpty();
    }

    private LocalMembers members() {
        return new LocalMembers(cluster, ProxyLaunch.likeThisProcess(), this::say);
    }

    /** Whether they have a vote, by name. */
    private static Map<String, Boolean> known() throws Exception {
        Map<String, Boolean> votes = new TreeMap<>();
        try (AdminClient client = AdminClient.ofCluster(cluster.directory())) {
            for (JsonNode m : client.get("/api/v1/members").path("members")) {
                votes.put(m.path("name").asText(), m.path("votes").asBoolean());
            }
        }
        return votes;
    }

    private static List<String> voters() {
        try {
            return known().entrySet().stream()
                    .filter(Map.Entry::getValue)
                    .map(Map.Entry::getKey)
                    .toList();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String firstOf(String... names) {
        return voters().stream().filter(List.of(names)::contains).findFirst().orElseThrow();
    }

    private static String master() {
        await().atMost(SETTLE_LIMIT).until(() -> !masterNow().isEmpty());
        return masterNow();
    }

    private static String masterNow() {
        try {
            for (JsonNode n : cluster.status().path("nodes")) {
                if (n.path("role").asText().equals("master")) {
                    return n.path("name").asText();
                }
            }
            return "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static LocalNode named(String name) {
        return cluster.nodes().stream()
                .filter(n -> n.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void assertAllEqual() {
        await().atMost(SETTLE_LIMIT).untilAsserted(() -> {
            Map<String, Contents> contents = Contents.ofAll(cluster);
            assertThat(contents).hasSize(cluster.nodes().size());
            assertThat(Contents.differences(contents)).isEmpty();
        });
    }
}

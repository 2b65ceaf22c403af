package io.understudy.demo.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node is taken out of work while all nodes have clients that read and write, and is given back. */
@Timeout(300)
class DrainIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private static RunningCluster running;
    private static LocalCluster cluster;

    @BeforeAll
    static void start() throws IOException, SQLException {
        running = RunningCluster.start();
        cluster = running.local();
        try (Connection c = cluster.connect(cluster.node(1), Duration.ofSeconds(60));
                Statement s = c.createStatement()) {
            s.execute("CREATE TABLE counter (id int PRIMARY KEY, n int NOT NULL)");
            s.execute("INSERT INTO counter SELECT i, 0 FROM generate_series(1, 10) i");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void aDrainedNodeTakesNothingAndGetsItBack() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        Queue<SQLException> errors = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            LocalNode node = cluster.node(i % 3 + 1);
            int row = i + 1;
            clients.add(Thread.ofVirtual().start(() -> work(node, row, stop, errors)));
        }
        LocalNode replica = running.replicas().getFirst();
        LocalNode other = running.replicas().getLast();
        LocalNode master = running.master();
        try {
            await().atMost(SOON).until(() -> reads(replica) > 50);

            // a replica
            assertThat(order(replica, "drain").path("reading").asInt()).isZero();
            assertThat(state(replica)).isEqualTo("drained");
            assertThat(ready(replica)).isFalse();
            takesNoReads(replica);
            assertThat(whereReadsRun(replica)).doesNotContain(replica.name());
            assertThat(whereDriversGo(9)).hasSize(2).doesNotContain(replica.clientPort());

            // the master: nobody sees an error, and it goes to the one that is not drained
            assertThat(order(master, "drain").path("master").asText()).isEqualTo(other.name());
            assertThat(running.master().name()).isEqualTo(other.name());
            assertThatThrownBy(() -> order(other, "drain")).hasMessageContaining("no replica is able");
            assertThat(nodeStatus(other).path("duties").path("drained").asBoolean())
                    .isFalse();
            try (AdminClient admin = AdminClient.ofCluster(cluster.directory())) {
                assertThatThrownBy(() -> admin.post("/api/v1/switchover?target=" + master.name()))
                        .hasMessageContaining("drained");
                assertThatThrownBy(() -> admin.post("/api/v1/nodes/node9/drain"))
                        .hasMessageContaining("there is no node node9");
            }
            order(master, "undrain");
            await().atMost(SOON).until(() -> state(master).equals("replica"));
        } finally {
            stop.set(true);
            for (Thread t : clients) {
                t.join();
            }
        }
        assertThat(errors).isEmpty();

        // its proxy is restarted
        replica.stopProxy();
        replica.startProxy();
        await().atMost(SOON).until(() -> state(replica).equals("drained"));

        // only where there is nobody else it is master, and not for longer
        order(master, "drain");
        LocalNode only = running.master();
        only.killProxy();
        only.killPostgres();
        await().atMost(SOON)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> !running.master().name().equals(only.name()));
        write(replica);
        only.startPostgres();
        only.startProxy();
        await().atMost(SOON)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> running.master().name().equals(only.name()));

        order(replica, "undrain");
        order(master, "undrain");
        running.awaitAllServing();
        await().atMost(SOON).until(() -> ready(replica));
        long before = reads(replica);
        await().atMost(SOON).until(() -> {
            whereReadsRun(replica);
            return reads(replica) > before;
        });
    }

    private static void work(LocalNode node, int row, AtomicBoolean stop, Queue<SQLException> errors) {
        try (Connection c = cluster.connect(node, Duration.ofSeconds(60));
                Statement s = c.createStatement()) {
            for (int n = 1; !stop.get(); n++) {
                s.executeUpdate("UPDATE counter SET n = " + n + " WHERE id = " + row);
                try (ResultSet r = s.executeQuery("SELECT n FROM counter WHERE id = " + row)) {
                    r.next();
                    if (r.getInt(1) != n) {
                        throw new SQLException("wrote " + n + ", read " + r.getInt(1));
                    }
                }
            }
        } catch (SQLException e) {
            errors.add(e);
        }
    }

    private static void write(LocalNode at) throws SQLException {
        try (Connection c = cluster.connect(at, Duration.ofSeconds(60));
                Statement s = c.createStatement()) {
            s.executeUpdate("UPDATE counter SET n = -1 WHERE id = 10");
        }
    }

    /** While the clients of all nodes go on reading. */
    private static void takesNoReads(LocalNode node) throws IOException {
        // What it had done before is told with its next status.
        awaitReadsElsewhere(node);
        long before = reads(node);
        awaitReadsElsewhere(node);
        assertThat(reads(node)).isEqualTo(before);
    }

    private static void awaitReadsElsewhere(LocalNode node) throws IOException {
        long others = allReads() - reads(node);
        await().atMost(SOON).until(() -> allReads() - reads(node) > others + 100);
    }

    private static Set<String> whereReadsRun(LocalNode client) throws SQLException {
        Set<String> nodes = new HashSet<>();
        try (Connection c = cluster.connect(client, Duration.ofSeconds(60));
                Statement s = c.createStatement()) {
            for (int i = 0; i < 20; i++) {
                s.execute("SELECT sum(n) FROM counter");
                try (ResultSet r = s.executeQuery("SHOW understudy.last_route")) {
                    r.next();
                    nodes.add(r.getString("node"));
                }
            }
        }
        return nodes;
    }

    /** Of a driver that knows all nodes by its URL. */
    private static Set<Integer> whereDriversGo(int connections) throws SQLException {
        Set<Integer> ports = new HashSet<>();
        List<Connection> open = new ArrayList<>();
        try {
            // The first one may go anywhere: it is by that one that the driver learns.
            DriverManager.getConnection(running.url()).close();
            for (int i = 0; i < connections; i++) {
                Connection c = DriverManager.getConnection(running.url());
                open.add(c);
                try (Statement s = c.createStatement();
                        ResultSet r = s.executeQuery("SHOW understudy.topology")) {
                    while (r.next()) {
                        if (r.getString("self").equals("t")) {
                            ports.add(Integer.parseInt(r.getString("client_port")));
                        }
                    }
                }
            }
        } finally {
            for (Connection c : open) {
                c.close();
            }
        }
        return ports;
    }

    private static JsonNode order(LocalNode node, String what) throws Exception {
        try (AdminClient admin = AdminClient.ofCluster(cluster.directory())) {
            return admin.post("/api/v1/nodes/" + node.name() + "/" + what);
        }
    }

    private static JsonNode nodeStatus(LocalNode node) throws IOException {
        for (JsonNode n : cluster.status().path("nodes")) {
            if (n.path("name").asText().equals(node.name())) {
                return n;
            }
        }
        throw new IOException("no " + node.name());
    }

    private static String state(LocalNode node) throws IOException {
        return nodeStatus(node).path("state").asText();
    }

    private static boolean ready(LocalNode node) throws IOException, InterruptedException {
        URI uri = URI.create("http://" + node.host() + ":" + node.adminPort() + "/health/ready");
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        }
    }

    private static long reads(LocalNode node) throws IOException {
        return nodeStatus(node).path("reads").asLong();
    }

    private static long allReads() throws IOException {
        long reads = 0;
        for (JsonNode n : cluster.status().path("nodes")) {
            reads += n.path("reads").asLong();
        }
        return reads;
    }
}

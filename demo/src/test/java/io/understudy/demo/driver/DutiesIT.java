package io.understudy.demo.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.understudy.adoption.Detach;
import io.understudy.adoption.Dsn;
import io.understudy.command.AdminClient;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** node2 is for its own clients and no master, node3's database is kept behind: so node1 is master, and where reads go is known. */
@Timeout(240)
class DutiesIT {
    private static final long DELAY_MILLIS = 6_000;

    private static RunningCluster running;
    private static LocalCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        running = RunningCluster.start(yaml -> {
            switch (yaml.getParent().getFileName().toString()) {
                case "node2" -> {
                    set(yaml, "reads: true", "reads: false");
                    set(yaml, "mastership: true", "mastership: false");
                }
                case "node3" -> set(yaml, "delay: 0s", "delay: " + DELAY_MILLIS + "ms");
                default -> set(yaml, "zone: ''", "zone: home");
            }
        });
        cluster = running.local();
    }

    private static void set(Path yaml, String from, String to) throws IOException {
        String text = Files.readString(yaml);
        assertThat(text).contains(from);
        Files.writeString(yaml, text.replace(from, to));
    }

    @AfterAll
    static void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void everyNodeDoesWhatItIsThereFor() throws Exception {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> running.master().name().equals("node1"));
        try (AdminClient admin = AdminClient.ofCluster(cluster.directory())) {
            assertThatThrownBy(() -> admin.post("/api/v1/switchover?target=node3"))
                    .hasMessageContaining("delay");
            assertThatThrownBy(() -> admin.post("/api/v1/switchover?target=node2"))
                    .hasMessageContaining("mastership: false");
        }
        try (Connection c = cluster.connect(cluster.node(1), Duration.ofSeconds(60));
                Statement s = c.createStatement()) {
            s.execute("CREATE TABLE precious (id int PRIMARY KEY)");
            s.execute("INSERT INTO precious SELECT generate_series(1, 10)");
            awaitCount(3, 10);
            long deleted = System.nanoTime();
            s.execute("DELETE FROM precious");
            awaitCount(2, 0);
            for (int i = 0; i < 10; i++) {
                assertThat(readingNode(1)).isEqualTo("node1");
                assertThat(readingNode(2)).isEqualTo("node2");
                assertThat(readingNode(3)).isEqualTo("node1");
            }
            // the accident comes to node3 when its time has come, and not before
            awaitCount(3, 0);
            assertThat((System.nanoTime() - deleted) / 1_000_000).isGreaterThan(DELAY_MILLIS - 500);
        }
        detach(cluster.node(3));
    }

    /** A node that is given up leaves an ordinary server with its data. */
    private static void detach(LocalNode node) throws Exception {
        Detach detach = new Detach(Dsn.parse(
                "postgresql://postgres@" + node.host() + ":" + node.postgresPort() + "/postgres", cluster.password()));
        assertThatThrownBy(detach::run).hasMessageContaining("stop its proxy");
        node.stopProxy();
        // the other nodes let go when they have noticed
        List<String> removed = await().ignoreExceptionsInstanceOf(Detach.RefusedException.class)
                .atMost(Duration.ofSeconds(30))
                .until(detach::run, items -> !items.isEmpty());
        assertThat(removed).contains("schema understudy", "role understudy_apply");
        assertThat(detach.look()).isEmpty();
        try (Connection c = DriverManager.getConnection(
                        "jdbc:postgresql://" + node.host() + ":" + node.postgresPort() + "/postgres",
                        "postgres",
                        cluster.password());
                Statement s = c.createStatement()) {
            assertThat(s.executeUpdate("INSERT INTO precious VALUES (11)")).isEqualTo(1);
        }
    }

    /** Straight from a node's server. */
    private static int count(int node) throws IOException, SQLException {
        LocalNode n = cluster.node(node);
        try (Connection c = DriverManager.getConnection(
                        "jdbc:postgresql://" + n.host() + ":" + n.postgresPort() + "/postgres",
                        "postgres",
                        cluster.password());
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT count(*) FROM precious")) {
            r.next();
            return r.getInt(1);
        } catch (SQLException e) {
            if ("42P01".equals(e.getSQLState())) {
                return -1;
            }
            throw e;
        }
    }

    private static void awaitCount(int node, int rows) {
        await().pollInterval(Duration.ofMillis(100))
                .atMost(Duration.ofSeconds(60))
                .until(() -> count(node) == rows);
    }

    private static String readingNode(int client) throws IOException, SQLException {
        try (Connection c = cluster.connect(cluster.node(client), Duration.ofSeconds(60));
                Statement s = c.createStatement()) {
            s.execute("SELECT count(*) FROM precious");
            try (ResultSet r = s.executeQuery("SHOW understudy.last_route")) {
                r.next();
                return r.getString("node");
            }
        }
    }
}

package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import io.understudy.embedded.Directories;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two of three nodes are destroyed: the third writes nothing until it is told to go on alone, and then has all that its log has. */
@Timeout(300)
class LostMajorityIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static RunningCluster running;
    private static LocalCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        running = RunningCluster.start();
        cluster = running.local();
    }

    @AfterAll
    static void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void oneOfThreeGoesOn() throws Exception {
        LocalNode left = running.replicas().getFirst();
        execute(running.master(), "CREATE TABLE kept (id int PRIMARY KEY)");
        for (int i = 1; i <= 50; i++) {
            execute(running.master(), "INSERT INTO kept VALUES (" + i + ")");
        }
        for (LocalNode node : cluster.nodes()) {
            if (node != left) {
                node.killProxy();
                node.killPostgres();
                Directories.delete(directory(node).resolve("data"));
            }
        }
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThatThrownBy(() -> execute(left, "INSERT INTO kept VALUES (51)"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("57P03")));

        Path config = directory(left).resolve("node.yaml");
        assertThat(recover(config, "--force")).contains("in use by another process");
        left.killProxy();
        Files.writeString(config, alone(Files.readString(config), left.name()));
        String statement = recover(config);
        assertThat(statement)
                .contains(left.name() + " belongs to a cluster of node1, node2, node3")
                .contains("Nothing was changed");
        assertThatThrownBy(left::startProxy).hasMessageContaining("belongs to node " + left.name());
        assertThat(recover(config, "--force")).contains("can be started");

        left.startProxy();
        await().atMost(LIMIT).ignoreExceptions().untilAsserted(() -> execute(left, "INSERT INTO kept VALUES (52)"));
        assertThat(rows(left)).isEqualTo(51);
    }

    /** The other nodes' lines are left out. */
    private static String alone(String yaml, String node) {
        int from = yaml.indexOf("nodes:\n") + "nodes:\n".length();
        int to = yaml.indexOf("data-directory:");
        String own = List.of(yaml.substring(from, to).split("(?m)^- ")).stream()
                .filter(n -> n.contains("name: " + node))
                .findFirst()
                .orElseThrow();
        return yaml.substring(0, from) + "- " + own + yaml.substring(to);
    }

    private static String recover(Path config, String... more) throws Exception {
        return understudy("recover", config, more);
    }

    /** What that command prints, errors included. */
    static String understudy(String name, Path config, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.understudy.Main",
                name,
                "--config",
                config.toString()));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path directory(LocalNode node) {
        return cluster.directory().resolve(node.name());
    }

    private static void execute(LocalNode node, String sql) throws SQLException {
        try (Connection c = cluster.connect(node, Duration.ofSeconds(30));
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    private static int rows(LocalNode node) throws SQLException {
        try (Connection c = cluster.connect(node, Duration.ofSeconds(30));
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT count(*) FROM kept")) {
            r.next();
            return r.getInt(1);
        }
    }
}

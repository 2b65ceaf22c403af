package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import java.io.IOException;
import java.net.URI;
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

/** Two nodes with databases and a witness, which has none: any one of the three may be lost, and nothing that was acknowledged is. */
@Timeout(240)
class WitnessIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static RunningCluster running;
    private static LocalNode witness;

    @BeforeAll
    static void start() throws IOException {
        running = RunningCluster.start(WitnessIT::settings);
        witness = running.local().node(3);
        // the launcher starts a server for every node; this one's is nobody's
        witness.stopPostgres();
        try (Connection c = running.local().connect(running.local().node(1), LIMIT);
                Statement s = c.createStatement()) {
            s.execute("CREATE TABLE kept (id int PRIMARY KEY)");
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private static void settings(Path yaml) throws IOException {
        if (yaml.endsWith(Path.of("node3", "node.yaml"))) {
            Files.writeString(yaml, Files.readString(yaml) + "\nwitness: true\n");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void eitherDatabaseMayBeLostInTurn() throws Exception {
        for (int round = 0; round < 2; round++) {
            LocalNode master = running.master();
            LocalNode other = running.local().node(3 - master.number());
            int before = number(master);
            // the other one lacks the last writes, which the witness has
            other.killProxy();
            insert(master, 100 + 10 * round, 5);
            other.startProxy();
            await().atMost(LIMIT).ignoreExceptions().until(() -> number(other) == number(master));
            insert(other, 200 + 10 * round, 5);

            master.killProxy();
            master.killPostgres();
            insert(other, 300 + 10 * round, 5);
            assertThat(running.master().name()).isEqualTo(other.name());
            assertThat(number(other)).isEqualTo(before + 15);

            master.startPostgres();
            master.startProxy();
            running.awaitAllServing();
            await().atMost(LIMIT).ignoreExceptions().until(() -> number(master) == number(other));
        }
    }

    /** The log that the master's end left on the witness alone reaches the database that was away. */
    @Test
    void whatOnlyTheWitnessHasIsNotLost() throws Exception {
        running.awaitAllServing();
        LocalNode master = running.master();
        LocalNode other = running.local().node(3 - master.number());
        int before = number(master);
        other.killProxy();
        insert(master, 1000, 20);
        master.killProxy();
        master.killPostgres();
        other.startProxy();
        await().atMost(LIMIT).ignoreExceptions().until(() -> number(other) == before + 20);
        insert(other, 2000, 1);
        master.startPostgres();
        master.startProxy();
        running.awaitAllServing();
        await().atMost(LIMIT).until(() -> number(master) == before + 21);
    }

    @Test
    void itSaysWhatItIs() throws Exception {
        running.awaitAllServing();
        JsonNode told = node3();
        assertThat(told.path("role").asText()).isEqualTo("witness");
        assertThat(told.path("state").asText()).isEqualTo("witness");
        assertThat(told.path("lagEntries").asLong()).isZero();
        try (AdminClient client = AdminClient.ofCluster(running.local().directory())) {
            assertThatThrownBy(() -> client.post("/api/v1/switchover?target=node3"))
                    .hasMessageContaining("node3");
            assertThatThrownBy(() -> client.post("/api/v1/resync?node=node3"))
                    .hasMessageContaining("is a witness: it has no database");
            String id = client.post("/api/v1/verify").path("id").asText();
            await().atMost(LIMIT)
                    .until(() -> client.get("/api/v1/verify/" + id)
                            .path("state")
                            .asText()
                            .equals("equal"));
        }
        try (AdminClient own = new AdminClient(
                List.of(URI.create("http://127.0.0.1:" + witness.adminPort())),
                running.local().password())) {
            assertThat(own.status().path("self").asText()).isEqualTo("node3");
        }
        assertThatThrownBy(() -> DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + witness.clientPort() + "/postgres",
                        "postgres",
                        running.local().password()))
                .hasMessageContaining("refused");
        try (Connection c = DriverManager.getConnection(running.driverUrl());
                Statement s = c.createStatement()) {
            s.execute("SELECT count(*) FROM kept");
        }
    }

    private static JsonNode node3() throws IOException {
        for (JsonNode n : running.local().status().path("nodes")) {
            if (n.path("name").asText().equals("node3")) {
                return n;
            }
        }
        throw new AssertionError("no node3");
    }

    /** Again and again until it is acknowledged. */
    private static void insert(LocalNode through, int from, int count) {
        await().atMost(LIMIT).ignoreExceptionsInstanceOf(SQLException.class).until(() -> {
            try (Connection c = running.local().connect(through, LIMIT);
                    Statement s = c.createStatement()) {
                s.execute("INSERT INTO kept SELECT generate_series(" + from + ", " + (from + count - 1)
                        + ") ON CONFLICT DO NOTHING");
                return true;
            }
        });
    }

    /** Of rows on that node's own server. */
    private static int number(LocalNode of) throws SQLException {
        try (Connection c = Contents.connect(running.local(), of);
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT count(*) FROM kept")) {
            r.next();
            return r.getInt(1);
        }
    }
}

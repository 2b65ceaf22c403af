package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A resync that is cut off in its middle, by the end of whoever takes part in it, begins again by itself and ends with equal databases; meanwhile nothing is read from the one that is not whole. */
class ResyncIT {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private static RunningCluster running;
    private static LocalCluster cluster;

    private LocalNode target;
    private LocalNode source;

    @BeforeAll
    static void start() throws IOException, SQLException {
        running = RunningCluster.start();
        cluster = running.local();
        try (Connection c = cluster.connect(cluster.node(1), Duration.ofSeconds(60));
                Statement s = c.createStatement()) {
            s.execute("CREATE TABLE small (id int PRIMARY KEY, v text)");
            s.execute("INSERT INTO small VALUES (1, 'one')");
            s.execute("CREATE TABLE large (id int PRIMARY KEY, v text)");
            s.execute("INSERT INTO large SELECT i, repeat(md5(i::text), 12) FROM generate_series(1, 40000) i");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    @BeforeEach
    void replicas() throws IOException {
        running.awaitAllServing();
        target = running.replicas().getFirst();
        source = running.replicas().getLast();
    }

    @Test
    void itsProxyIsKilled() throws Exception {
        cutOff(target::killProxy, target::startProxy);
    }

    @Test
    void itsServerIsKilled() throws Exception {
        cutOff(target::killPostgres, target::startPostgres);
    }

    @Test
    void theSourcesServerIsKilled() throws Exception {
        cutOff(source::killPostgres, source::startPostgres);
    }

    private interface Deed {
        void happens() throws IOException;
    }

    private void cutOff(Deed end, Deed comeBack) throws Exception {
        damage();
        // The source's rows cannot be read before this session is over: the repair is in its middle until then.
        try (Connection held = Contents.connect(cluster, source);
                Statement lock = held.createStatement()) {
            lock.execute("SET default_transaction_read_only = off");
            held.setAutoCommit(false);
            lock.execute("LOCK TABLE large IN ACCESS EXCLUSIVE MODE");
            try (AdminClient client = AdminClient.ofCluster(cluster.directory())) {
                client.post("/api/v1/resync?node=" + target.name());
            }
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(LIMIT)
                    .until(() ->
                            progress().matches(".*table \\d+ of \\d+: .*large|schema up to.*|making the schema.*"));
            end.happens();
        }
        assertThat(cluster.directory().resolve(target.name()).resolve("data").resolve("quarantine"))
                .exists();
        write("while it is away");
        comeBack.happens();

        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(state(target).path("state").asText()).isEqualTo("replica");
            assertThat(cluster.directory()
                            .resolve(target.name())
                            .resolve("data")
                            .resolve("quarantine"))
                    .doesNotExist();
        });
        running.awaitAllServing();
        write("afterwards");
        await().atMost(LIMIT).ignoreExceptionsInstanceOf(SQLException.class).untilAsserted(() -> {
            Map<String, Contents> contents = Contents.ofAll(cluster);
            assertThat(Contents.differences(contents)).isEmpty();
            assertThat(contents.values()).allSatisfy(c -> assertThat(c.tables()).containsKeys("small", "large"));
        });
    }

    private void damage() throws SQLException {
        try (Connection c = Contents.connect(cluster, target);
                Statement s = c.createStatement()) {
            s.execute("SET default_transaction_read_only = off");
            s.execute("DROP TABLE small");
            s.execute("TRUNCATE large");
        } catch (SQLException e) {
            // what was done so far may have been found already, and this session ended
            if (!"57P01".equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    private String progress() throws IOException {
        return state(target).path("repair").asText();
    }

    private static JsonNode state(LocalNode node) throws IOException {
        return cluster.status().path("nodes").path(node.number() - 1);
    }

    private static void write(String what) throws IOException, SQLException {
        try (Connection c = cluster.connect(running.master(), Duration.ofSeconds(30));
                Statement s = c.createStatement()) {
            s.execute("INSERT INTO small SELECT max(id) + 1, '" + what + "' FROM small");
        }
    }
}

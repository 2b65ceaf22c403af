package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A superuser writes into a replica's PostgreSQL by hand, while clients work through all nodes: it is found without any command, the replica is not read from any more, and
 * repaired, until the servers are equal again.
 */
class TamperIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /** Without the triggers that would show it at once: only the comparison of the nodes can find these. */
    private static final String UNSEEN =
            "SET session_replication_role = replica; ALTER TABLE kept DISABLE TRIGGER ALL; ";

    private static final String SEEN_AGAIN =
            "; ALTER TABLE kept ENABLE ALWAYS TRIGGER \" understudy\", ENABLE ALWAYS TRIGGER \" understudy insert\", ENABLE ALWAYS TRIGGER \" understudy truncate\";"
                    + " DELETE FROM understudy.ddl_seen; DELETE FROM understudy.change";

    private RunningCluster running;
    private LocalCluster cluster;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    @BeforeEach
    void start() throws IOException {
        running = RunningCluster.start(TamperIT::compareOften);
        cluster = running.local();
    }

    private static void compareOften(Path nodeYaml) throws IOException {
        Files.writeString(
                nodeYaml,
                Files.readString(nodeYaml)
                        .replaceFirst("every: \\S+", "every: 1s")
                        .replaceFirst("share: \\d+", "share: 50"));
    }

    @AfterEach
    void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void isFoundAndRepaired() throws Exception {
        through(
                cluster.node(1),
                "CREATE TABLE kept (id int PRIMARY KEY, v text)",
                "INSERT INTO kept SELECT i, 'right' FROM generate_series(1, 500) i",
                "CREATE TABLE keyless (v text)",
                "INSERT INTO keyless VALUES ('right'), ('right')",
                "CREATE TABLE busy (id bigserial PRIMARY KEY, v int)",
                "CREATE SEQUENCE counter",
                "CREATE TYPE span AS RANGE (subtype = float8)",
                "CREATE CAST (box AS int4) WITH INOUT",
                "CREATE ACCESS METHOD own_heap TYPE TABLE HANDLER heap_tableam_handler",
                "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
                "CREATE LANGUAGE plpgsql_too HANDLER plpgsql_call_handler",
                "SELECT setval('counter', 40)");
        List<Thread> load = cluster.nodes().stream()
                .map(n -> Thread.ofVirtual().start(() -> work(n)))
                .toList();
        LocalNode victim = running.replicas().getFirst();
        try {
            tamper(victim, "UPDATE kept SET v = 'wrong' WHERE id = 7");
            tamper(victim, "DELETE FROM kept WHERE id BETWEEN 10 AND 20");
            tamper(victim, "INSERT INTO keyless VALUES ('wrong')");
            tamper(victim, "DROP TABLE keyless");
            tamper(victim, "ALTER TABLE kept ADD COLUMN more int");
            tamper(victim, "DROP EVENT TRIGGER \" understudy drop\"");
            tamper(victim, UNSEEN + "UPDATE kept SET v = 'wrong' WHERE id = 7" + SEEN_AGAIN);
            assertThat(Files.readString(
                            cluster.directory().resolve(victim.name()).resolve("proxy.log")))
                    .contains("keys (7) to (7)");
            moveSequence(victim);
        } finally {
            stopped.set(true);
            for (Thread t : load) {
                t.join();
            }
        }
        assertThat(failure.get()).isNull();
        // a repair that is still under way ends whatever sessions its server has
        await().atMost(LIMIT).ignoreExceptionsInstanceOf(SQLException.class).untilAsserted(() -> {
            Map<String, Contents> contents = Contents.ofAll(cluster);
            assertThat(Contents.differences(contents)).isEmpty();
            assertThat(contents.values()).allSatisfy(c -> assertThat(c.tables()).containsKeys("kept", "keyless"));
        });
    }

    private void tamper(LocalNode victim, String sql) throws Exception {
        assertThat(state(victim).path("role").asText()).isEqualTo("replica");
        long repairs = state(victim).path("repairs").asLong();
        byHand(victim, sql);
        await(sql)
                .atMost(LIMIT)
                .until(() -> state(victim).path("repairs").asLong() > repairs
                        && state(victim).path("state").asText().equals("replica"));
        for (LocalNode node : cluster.nodes()) {
            try (Connection c = cluster.connect(node, Duration.ofSeconds(20));
                    Statement s = c.createStatement();
                    ResultSet r = s.executeQuery("SELECT count(*) FROM kept WHERE v = 'right'")) {
                r.next();
                assertThat(r.getInt(1)).as(sql).isEqualTo(500);
            }
        }
    }

    private void byHand(LocalNode victim, String sql) throws SQLException {
        try (Connection c = Contents.connect(cluster, victim);
                Statement s = c.createStatement()) {
            s.execute("SET default_transaction_read_only = off");
            s.execute(sql);
        } catch (SQLException e) {
            // the repair may have been quick enough to end this session
            if (!"57P01".equals(e.getSQLState()) && !"08006".equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    /** A busy master logs where its sequences stand again and again: that may put it right before it is found wrong. */
    private void moveSequence(LocalNode victim) throws SQLException {
        byHand(victim, "SELECT setval('counter', 900)");
        await().atMost(LIMIT).ignoreExceptionsInstanceOf(SQLException.class).untilAsserted(() -> {
            try (Connection c = Contents.connect(cluster, victim);
                    Statement s = c.createStatement();
                    ResultSet r = s.executeQuery("SELECT last_value FROM counter")) {
                r.next();
                assertThat(r.getLong(1)).isEqualTo(40);
            }
        });
    }

    private JsonNode state(LocalNode node) throws IOException {
        return cluster.status().path("nodes").path(node.number() - 1);
    }

    private void through(LocalNode node, String... statements) throws SQLException {
        try (Connection c = cluster.connect(node, Duration.ofSeconds(20));
                Statement s = c.createStatement()) {
            for (String sql : statements) {
                s.execute(sql);
            }
        }
    }

    /** Writes go on all the time; a read that was on the replica when its sessions were ended may fail. */
    private void work(LocalNode node) {
        int i = 0;
        while (!stopped.get() && failure.get() == null) {
            try {
                through(node, "INSERT INTO busy (v) VALUES (" + i++ + ")", "UPDATE busy SET v = v + 1 WHERE id = " + i);
            } catch (SQLException e) {
                if (!String.valueOf(e.getSQLState()).matches("57P01|08.*|40001")) {
                    failure.compareAndSet(null, e);
                }
            }
        }
    }
}

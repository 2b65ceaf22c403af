package io.understudy.demo.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.driver.RunningCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What PostgreSQL's own suites once found, each in its shortest form. */
@TestInstance(Lifecycle.PER_CLASS)
class SuiteFoundIT {
    private static final int VERIFICATIONS = 12;

    private RunningCluster running;
    private LocalCluster cluster;

    @BeforeAll
    void start() throws IOException {
        running = RunningCluster.start();
        cluster = running.local();
    }

    @AfterAll
    void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    private Connection connect(int node) throws IOException, SQLException {
        return cluster.connect(cluster.node(node), Duration.ofSeconds(60));
    }

    /** Their names have numbers in them that are other ones on each server. */
    @Test
    void whatIsInThePgToastSchemaIsNotChanged() throws Exception {
        try (Connection c = connect(2);
                Statement s = c.createStatement()) {
            s.execute("create table toasted (id int primary key, v text)");
            assertThatThrownBy(() -> s.execute("do $$ begin execute format('alter table %s rename to renamed',"
                            + " (select reltoastrelid::regclass from pg_class where relname = 'toasted')); end $$"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isIn("0A000", "42501"));
            s.execute("insert into toasted values (1, repeat('x', 100000))");
        }
        assertThat(new Inspection(cluster).findings()).isEmpty();
    }

    /** The server's functions that describe an index find none any more, whatever the snapshot shows, and no snapshot keeps what was truncated. */
    @Test
    void whatIsMadeTruncatedAndDroppedMeanwhileIsNoDifference() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        List<CompletableFuture<Void>> making = new ArrayList<>();
        for (int i = 1; i <= 2; i++) {
            String table = "again" + i;
            int node = i;
            making.add(CompletableFuture.runAsync(() -> makeAndDrop(node, table, stop), Thread::startVirtualThread));
        }
        List<String> notEqual = new ArrayList<>();
        try (AdminClient any = AdminClient.ofCluster(cluster.directory());
                AdminClient client = any.ofMaster()) {
            for (int i = 0; i < VERIFICATIONS; i++) {
                JsonNode result = verified(client);
                if (!result.path("state").asText().equals("equal")) {
                    notEqual.add(result.toString());
                }
            }
        } finally {
            stop.set(true);
        }
        making.forEach(CompletableFuture::join);
        assertThat(notEqual).isEmpty();
        assertThat(cluster.status().path("nodes"))
                .allSatisfy(n -> assertThat(n.path("repairs").asInt()).isZero());
        assertThat(new Inspection(cluster).findings()).isEmpty();
    }

    private void makeAndDrop(int node, String table, AtomicBoolean stop) {
        try (Connection c = connect(node);
                Statement s = c.createStatement()) {
            while (!stop.get()) {
                s.execute("create table " + table + " (id int primary key, v text)");
                s.execute("create index on " + table + " (v)");
                s.execute("insert into " + table + " values (1, 'one')");
                s.execute("truncate " + table);
                s.execute("insert into " + table + " values (1, 'one')");
                s.execute("alter table " + table + " alter id type bigint");
                s.execute("drop table " + table);
            }
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode verified(AdminClient client) throws IOException {
        String id = client.post("/api/v1/verify").path("id").asText();
        List<JsonNode> results = new ArrayList<>();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            JsonNode now = client.get("/api/v1/verify/" + id);
            results.add(now);
            return !now.path("state").asText().equals("running");
        });
        return results.getLast();
    }
}

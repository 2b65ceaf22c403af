package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.adoption.Dsn;
import io.understudy.adoption.Dump;
import io.understudy.adoption.Programs;
import io.understudy.adoption.Restore;
import io.understudy.command.AdminClient;
import io.understudy.command.FeedReader;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.driver.RunningCluster;
import io.understudy.embedded.ClientPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A dump of a replica under load is the state after the entry it names, by the log itself; ordinary PostgreSQL restores it, and so does a cluster. Where PostgreSQL's client programs are installed. */
@Timeout(300)
class BackupIT {
    private static final Programs PROGRAMS = new Programs("");

    private static RunningCluster running;
    private static LocalCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        int major = dumpableMajor();
        running = RunningCluster.start(file -> {}, List.of(major, major, major));
        cluster = running.local();
    }

    /** Of the newest server that the installed pg_dump can read; skips the test where there is none. */
    static int dumpableMajor() throws IOException {
        assumeTrue(
                ClientPrograms.find("pg_dump").isPresent()
                        && ClientPrograms.find("pg_restore").isPresent(),
                "pg_dump is not installed");
        int programs = programMajor();
        return IntStream.of(18, 16, 14)
                .filter(m -> m <= programs)
                .findFirst()
                .orElseThrow(() -> new AssertionError("pg_dump " + programs + " is older than every server there is"));
    }

    private static int programMajor() throws IOException {
        Process p = new ProcessBuilder("pg_dump", "--version").start();
        Matcher m = Pattern.compile(" (\\d+)\\.")
                .matcher(new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertThat(m.find()).isTrue();
        return Integer.parseInt(m.group(1));
    }

    @AfterAll
    static void stop() throws IOException {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void aDumpUnderLoadIsTheStateAfterItsEntry(@TempDir Path directory) throws Exception {
        execute(
                cluster.node(1),
                "CREATE ROLE app LOGIN PASSWORD 'x'",
                "CREATE SCHEMA shop AUTHORIZATION app",
                "CREATE TABLE shop.item (id serial PRIMARY KEY, v text)",
                "CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := NEW.v || ''!''; RETURN NEW; END'",
                "CREATE TRIGGER touched BEFORE INSERT ON shop.item FOR EACH ROW EXECUTE FUNCTION shop.touch()",
                "CREATE VIEW shop.items AS SELECT count(*) AS n FROM shop.item");
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger written = new AtomicInteger();
        AtomicReference<Exception> failure = new AtomicReference<>();
        Thread writer = Thread.ofVirtual().start(() -> {
            try (Connection c = cluster.connect(cluster.node(2), Duration.ofSeconds(60));
                    Statement s = c.createStatement()) {
                while (!stop.get()) {
                    s.execute("INSERT INTO shop.item (v) SELECT 'of ' || " + written.incrementAndGet());
                }
            } catch (IOException | SQLException e) {
                failure.set(e);
            }
        });
        LocalNode replica = running.replicas().getFirst();
        Dump.Done done;
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> written.get() > 50 || failure.get() != null);
            // A dump of before would be right, too, but there would be nothing in it.
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
                try (Connection c = direct(replica, "postgres");
                        Statement s = c.createStatement()) {
                    return number(s, "SELECT n FROM shop.items") > 0;
                }
            });
            Path out = directory.resolve("backup");
            Dsn master = server(running.master(), "postgres");
            assertThatThrownBy(() -> new Dump(master, PROGRAMS).run(directory.resolve("of master")))
                    .hasMessageContaining("take the dump of a replica");
            done = new Dump(server(replica, "postgres"), PROGRAMS).run(out);
            int then = written.get();
            await().atMost(Duration.ofSeconds(60)).until(() -> written.get() > then + 20 || failure.get() != null);
            assertThatThrownBy(() -> new Dump(server(replica, "postgres"), PROGRAMS).run(out))
                    .hasMessageContaining("is not empty");
        } finally {
            stop.set(true);
            writer.join();
        }
        assertThat((Throwable) failure.get()).isNull();

        // into an ordinary database, without anything of Understudy: what it has is what the log has up to there
        Path out = directory.resolve("backup");
        try (Connection c = direct(replica, "postgres");
                Statement s = c.createStatement()) {
            s.execute("SET default_transaction_read_only = off");
            s.execute("CREATE DATABASE plain");
        }
        new Restore(server(replica, "plain"), PROGRAMS).run(out, false);
        try (Connection c = direct(replica, "plain");
                Statement s = c.createStatement()) {
            assertThat(number(s, "SELECT n FROM shop.items")).isEqualTo(inserts(done.index()));
            assertThat(number(s, "SELECT count(*) FROM pg_trigger WHERE tgname LIKE ' understudy%'"))
                    .isZero();
            assertThat(number(s, "SELECT count(*) FROM pg_event_trigger")).isZero();
            assertThat(number(s, "SELECT count(*) FROM pg_trigger WHERE tgname = 'touched'"))
                    .isEqualTo(1);
        }

        // and into a cluster, whole and then the rows alone
        execute(cluster.node(1), "DROP SCHEMA shop CASCADE");
        Dsn node = Dsn.parse(
                "postgresql://postgres@" + cluster.node(3).host() + ":"
                        + cluster.node(3).clientPort() + "/postgres",
                cluster.password());
        new Restore(node, PROGRAMS).run(out, false);
        equalEverywhere(inserts(done.index()));
        execute(cluster.node(1), "TRUNCATE shop.item");
        new Restore(node, PROGRAMS).run(out, true);
        equalEverywhere(inserts(done.index()));
    }

    private static void equalEverywhere(int rows) throws Exception {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            Map<String, Contents> contents = Contents.ofAll(cluster);
            assertThat(Contents.differences(contents)).isEmpty();
            for (LocalNode n : cluster.nodes()) {
                try (Connection c = direct(n, "postgres");
                        Statement s = c.createStatement()) {
                    assertThat(number(s, "SELECT n FROM shop.items")).isEqualTo(rows);
                }
            }
        });
    }

    /** By the feed. */
    private static int inserts(long until) throws Exception {
        AtomicInteger inserts = new AtomicInteger();
        try (AdminClient client = AdminClient.ofCluster(cluster.directory())) {
            new FeedReader(client).read(1, line -> {
                if (line.path("index").asLong() > until) {
                    return false;
                }
                for (JsonNode change : line.path("changes")) {
                    if (change.path("op").asText().equals("insert")
                            && change.path("table").asText().equals("item")) {
                        inserts.incrementAndGet();
                    }
                }
                return line.path("index").asLong() < until;
            });
        }
        return inserts.get();
    }

    private static Dsn server(LocalNode node, String database) {
        return Dsn.parse(
                "postgresql://postgres@" + node.host() + ":" + node.postgresPort() + "/" + database,
                cluster.password());
    }

    private static Connection direct(LocalNode node, String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + node.host() + ":" + node.postgresPort() + "/" + database,
                "postgres",
                cluster.password());
    }

    private static int number(Statement s, String sql) throws SQLException {
        try (ResultSet r = s.executeQuery(sql)) {
            r.next();
            return r.getInt(1);
        }
    }

    private static void execute(LocalNode node, String... statements) throws SQLException {
        try (Connection c = cluster.connect(node, Duration.ofSeconds(60));
                Statement s = c.createStatement()) {
            for (String sql : statements) {
                s.execute(sql);
            }
        }
    }
}

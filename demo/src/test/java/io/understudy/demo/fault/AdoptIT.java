package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.understudy.command.AdminClient;
import io.understudy.command.MembershipOrders;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalMembers;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.cluster.ProxyLaunch;
import io.understudy.demo.cluster.StubCluster;
import io.understudy.embedded.Directories;
import io.understudy.embedded.ServerPicture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A database that applications write into becomes a node's while they go on, then a cluster's: nothing that anybody was told is done is lost, and nodes that are added, with newer servers, hold the same. Where
 * PostgreSQL's client programs are installed.
 */
@Timeout(150)
class AdoptIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PACE = Duration.ofMillis(5);
    private static final String ORDINARY = """
            CREATE ROLE "the app" LOGIN PASSWORD 'x' CONNECTION LIMIT 50;
            CREATE ROLE readers;
            GRANT readers TO "the app";
            ALTER ROLE readers SET statement_timeout = '1min';
            ALTER DATABASE postgres SET work_mem = '7MB';
            CREATE SCHEMA shop AUTHORIZATION "the app";
            SET search_path = shop, public;
            CREATE TYPE mood AS ENUM ('sad', 'ok');
            CREATE DOMAIN price AS numeric(10, 2) CHECK (VALUE >= 0);
            CREATE FUNCTION named(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN '<' || t || '>; -- no comment'; END $$;
            CREATE TABLE customer (id serial PRIMARY KEY, name text NOT NULL UNIQUE, m mood DEFAULT 'ok', shown text GENERATED ALWAYS AS (named(name)) STORED);
            CREATE TABLE purchase (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer int NOT NULL REFERENCES customer, at timestamptz NOT NULL DEFAULT clock_timestamp(), amount price NOT NULL);
            CREATE TABLE by_mood (m mood, n int) PARTITION BY HASH (m);
            CREATE TABLE by_mood_0 PARTITION OF by_mood FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE by_mood_1 PARTITION OF by_mood FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            CREATE TABLE bag (n int);
            CREATE TABLE audit (n int, by text DEFAULT current_user);
            CREATE FUNCTION audited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO shop.audit (n) VALUES (NEW.n); RETURN NEW; END $$;
            CREATE TRIGGER audited AFTER INSERT ON bag FOR EACH ROW EXECUTE FUNCTION audited();
            CREATE VIEW spent AS SELECT c.name, sum(p.amount) AS total FROM customer c JOIN purchase p ON p.customer = c.id GROUP BY c.name;
            CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM customer;
            CREATE INDEX ON purchase (customer, at DESC) WHERE amount > 1;
            ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
            CREATE POLICY mine ON customer FOR SELECT TO readers USING (name = current_user);
            GRANT SELECT ON ALL TABLES IN SCHEMA shop TO readers;
            ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO readers;
            COMMENT ON TABLE bag IS 'it''s a bag; of numbers';
            INSERT INTO customer (name) SELECT 'customer ' || i FROM generate_series(1, 500) i;
            INSERT INTO by_mood SELECT CASE WHEN i % 3 = 0 THEN 'sad' ELSE 'ok' END::mood, i FROM generate_series(1, 100) i;
            INSERT INTO bag SELECT i % 7 FROM generate_series(1, 100) i;
            SELECT setval('customer_id_seq', 7000);
            REFRESH MATERIALIZED VIEW totals;
            """;

    private final AtomicBoolean stop = new AtomicBoolean();
    private final Queue<SQLException> errors = new ConcurrentLinkedQueue<>();
    private final AtomicInteger direct = new AtomicInteger();
    private final AtomicInteger through = new AtomicInteger();
    private final List<Thread> writers = new ArrayList<>();
    private Path directory;
    private LocalCluster cluster;

    @BeforeEach
    void prepare() throws IOException {
        int major = BackupIT.dumpableMajor();
        directory = Files.createTempDirectory("understudy-adopt-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        cluster = LocalCluster.create(
                directory, 1, StubCluster.freePort(), ProxyLaunch.likeThisProcess(), List.of(major));
    }

    @AfterEach
    void end() throws IOException, InterruptedException {
        stop.set(true);
        for (Thread t : writers) {
            t.join();
        }
        if (cluster != null) {
            LocalCluster.open(directory, ProxyLaunch.likeThisProcess()).stop();
            Directories.delete(directory);
        }
    }

    @Test
    void whileItsApplicationsGoOn() throws Exception {
        LocalNode first = cluster.nodes().getFirst();
        Path config = directory.resolve(first.name()).resolve("node.yaml");
        first.startPostgres();
        direct(ORDINARY);
        write(direct, () -> Contents.connect(cluster, first));
        write(direct, () -> Contents.connect(cluster, first));
        awaitMore(direct);

        refusesIt(first, "set postgres.adopt: true to adopt it");
        Files.writeString(config, Files.readString(config).replace("adopt: false", "adopt: true"));
        first.startProxy();
        await().atMost(LIMIT).ignoreExceptions().untilAsserted(() -> through("SELECT 1"));
        write(through, () -> cluster.connect(first, LIMIT));
        awaitMore(direct);
        awaitMore(through);
        direct("CREATE TABLE shop.later (id int PRIMARY KEY)", "INSERT INTO shop.later VALUES (1)");
        through("ALTER TABLE shop.later ADD COLUMN v text DEFAULT random()", "INSERT INTO shop.later VALUES (2)");

        // what is killed meanwhile comes back as it was
        first.killProxy();
        awaitMore(direct);
        first.startProxy();
        await().atMost(LIMIT).ignoreExceptions().untilAsserted(() -> through("SELECT 1"));
        write(through, () -> cluster.connect(first, LIMIT));
        awaitMore(through);

        assertThat(LostMajorityIT.understudy("adopt", config))
                .contains("is being adopted since")
                .contains("connected to it directly: postgres")
                .contains("Nothing was changed");
        assertThat(LostMajorityIT.understudy("adopt", config, "--finish")).contains("in use by another process");
        try (AdminClient client = AdminClient.ofCluster(directory)) {
            assertThatThrownBy(() -> new MembershipOrders(client, line -> {}).addWaiting("another", false, LIMIT))
                    .hasMessageContaining("is being adopted");
        }

        first.stopProxy();
        // as if it had been cut off at its worst moment
        direct("UPDATE understudy.adoption SET base = 1");
        refusesIt(first, "run understudy adopt --finish again");
        assertThat(LostMajorityIT.understudy("adopt", config, "--finish"))
                .contains("Done: the log begins behind entry");
        assertThat(LostMajorityIT.understudy("adopt", config)).contains("is not being adopted");
        await().atMost(LIMIT).until(() -> writers.stream().noneMatch(Thread::isAlive));
        first.startProxy();
        await().atMost(LIMIT).ignoreExceptions().untilAsserted(() -> through("INSERT INTO shop.later VALUES (3)"));
        assertThatThrownBy(() -> direct("INSERT INTO shop.later VALUES (4)"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));

        for (int i = 0; i < 2; i++) {
            cluster = new LocalMembers(cluster, ProxyLaunch.likeThisProcess(), line -> {}).add();
        }
        through("CREATE TABLE shop.last AS SELECT random() AS r", "INSERT INTO shop.bag VALUES (1), (2)");
        assertAllEqual();
        try (Connection c = cluster.connect(cluster.nodes().getLast(), LIMIT);
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(
                        "SELECT count(*), (SELECT string_agg(id::text, ' ' ORDER BY id) FROM shop.later) FROM shop.purchase")) {
            r.next();
            // a writer may not have heard of its last one
            assertThat(r.getInt(1)).isBetween(direct.get() + through.get(), direct.get() + through.get() + 4);
            assertThat(r.getString(2)).isEqualTo("1 2 3");
        }
    }

    /** It ends by itself, and may have been seen to run before. */
    private void refusesIt(LocalNode node, String why) throws IOException {
        try {
            node.startProxy();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("ended");
        }
        await().atMost(LIMIT).until(() -> node.proxyPid().isEmpty());
        assertThat(Files.readString(directory.resolve(node.name()).resolve("proxy.log")))
                .contains(why);
    }

    private interface Connect {
        Connection open() throws SQLException, IOException;
    }

    /** Adds purchases until its connection is ended. */
    private void write(AtomicInteger done, Connect connect) {
        writers.add(Thread.ofVirtual().start(() -> {
            try (Connection c = connect.open();
                    PreparedStatement s =
                            c.prepareStatement("INSERT INTO shop.purchase (customer, amount) VALUES (?, 2.50)")) {
                while (!stop.get()) {
                    s.setInt(1, 1 + done.get() % 500);
                    s.executeUpdate();
                    done.incrementAndGet();
                    LockSupport.parkNanos(PACE.toNanos());
                }
            } catch (SQLException | IOException e) {
                if (done == direct) {
                    errors.add(e instanceof SQLException sql ? sql : new SQLException(e));
                }
            }
        }));
    }

    private void awaitMore(AtomicInteger counter) {
        int before = counter.get();
        await().atMost(LIMIT).until(() -> !errors.isEmpty() || counter.get() > before + 50);
        assertThat(errors).as("of those who write directly").isEmpty();
    }

    private void direct(String... statements) throws SQLException, IOException {
        execute(() -> Contents.connect(cluster, cluster.nodes().getFirst()), statements);
    }

    private void through(String... statements) throws SQLException, IOException {
        execute(() -> cluster.connect(cluster.nodes().getFirst(), LIMIT), statements);
    }

    private static void execute(Connect connect, String... statements) throws SQLException, IOException {
        try (Connection c = connect.open();
                Statement s = c.createStatement()) {
            for (String sql : statements) {
                s.execute(sql);
            }
        }
    }

    /** Without what newer servers keep besides: NOT NULL as a constraint, and one more right. Whoever was a table before it became a partition has a trigger besides that is off. */
    private static ServerPicture ofAnyVersion(ServerPicture picture) {
        Map<String, Integer> lines = new TreeMap<>(picture.lines());
        lines.keySet()
                .removeIf(line -> line.startsWith("constraint ") && line.contains(" NOT NULL ")
                        || line.contains(" MAINTAIN ")
                        || line.contains(" understudy insert\"") && line.endsWith(" D"));
        return new ServerPicture(lines);
    }

    private void assertAllEqual() {
        await().atMost(LIMIT).untilAsserted(() -> {
            List<ServerPicture> pictures = new ArrayList<>();
            for (LocalNode node : cluster.nodes()) {
                try (Connection c = Contents.connect(cluster, node)) {
                    pictures.add(ofAnyVersion(ServerPicture.of(c)));
                }
            }
            for (ServerPicture other : pictures.subList(1, pictures.size())) {
                assertThat(pictures.getFirst().differences("the first", "another", other))
                        .isEmpty();
            }
        });
    }
}

package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.cluster.ProxyLaunch;
import io.understudy.demo.cluster.StubCluster;
import io.understudy.embedded.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes with PostgreSQL 14, 16 and 18: whichever is the master, the others replay what it does, in both forms. */
class MixedMajorsIT {
    private static final List<Integer> MAJORS = List.of(14, 16, 18);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int EACH = 50;

    private Path directory;
    private LocalCluster cluster;

    @BeforeEach
    void start() throws IOException {
        directory = Files.createTempDirectory("understudy-majors-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        cluster = LocalCluster.create(
                directory, MAJORS.size(), StubCluster.freePort(), ProxyLaunch.likeThisProcess(), MAJORS);
        cluster.start(line -> {});
    }

    @AfterEach
    void stop() throws IOException {
        if (LocalCluster.existsIn(directory)) {
            LocalCluster.open(directory, ProxyLaunch.likeThisProcess()).stop();
        }
        Directories.delete(directory);
    }

    @Test
    void everyVersionReplaysWhatEveryOtherDoesAsMaster() throws Exception {
        for (LocalNode node : cluster.nodes()) {
            int major = MAJORS.get(node.number() - 1);
            assertThat(version(node)).isEqualTo(major);
            switchOver(node);
            try (Connection connection = throughAnyNode()) {
                everythingOnce(connection, "_by_" + major);
                for (int table : new TreeSet<>(List.of(MAJORS.getFirst(), major))) {
                    singleRows(connection, "plain_by_" + table, major);
                }
            }
            JsonNode result = verified();
            assertThat(result.path("state").asText()).as(result.toString()).isEqualTo("equal");
            assertThat(Contents.differences(Contents.ofAll(cluster))).isEmpty();
        }
        assertThat(Contents.ofAll(cluster).values())
                .hasSize(MAJORS.size())
                .allSatisfy(contents -> assertThat(contents.tables())
                        .hasSize(5 * MAJORS.size())
                        .allSatisfy((table, sum) -> assertThat(sum).doesNotStartWith("0/")));
        JsonNode counters = cluster.status().path("counters");
        assertThat(counters.path("rowForm").asLong()).isPositive();
    }

    /** Kinds of statements and types that are old enough for all; what differs between versions must not show. */
    private static void everythingOnce(Connection connection, String s) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : List.of(
                    "create type mood$ as enum ('fine', 'bad')",
                    "create domain percent$ as int check (value between 0 and 100)",
                    "create table wide$ (id bigint generated always as identity primary key, n int,"
                            + " doubled int generated always as (n * 2) stored, name text default 'n' || random(),"
                            + " at timestamptz default now(), mood mood$ default 'fine', share percent$, tags text[],"
                            + " doc jsonb, span int4range, f float8, i interval, money numeric(12, 3), raw bytea)",
                    "create table note$ (id serial primary key, what text not null)",
                    "create function noted$() returns trigger language plpgsql as $$ begin"
                            + " insert into note$ (what) values (tg_op || ' ' || coalesce(new.n, old.n, 0));"
                            + " return null; end $$",
                    "create trigger note after insert or delete on wide$ for each row execute function noted$()",
                    "insert into wide$ (n, share, tags, doc, span, f, i, money, raw) select i, i % 100,"
                            + " array['a', null, i::text], jsonb_build_object('i', i), int4range(i, i + 3),"
                            + " random(), make_interval(secs => i), i / 7.0, decode(md5(i::text), 'hex')"
                            + " from generate_series(1, 200) i",
                    "update wide$ set f = random(), mood = 'bad', doc = doc || '{\"changed\": true}' where n % 3 = 0",
                    "delete from wide$ where n % 7 = 0",
                    "alter table wide$ add column extra numeric default 1.5, alter column name set not null",
                    "update wide$ set extra = n where n < 20",
                    "create index on wide$ (n) where mood = 'bad'",
                    "create table parts$ (k int primary key, v text) partition by range (k)",
                    "create table parts_low$ partition of parts$ for values from (0) to (100)",
                    "create table parts_high$ partition of parts$ for values from (100) to (1000)",
                    "insert into parts$ select i, 'v' || i from generate_series(50, 150) i",
                    "update parts$ set k = k + 100 where k between 90 and 99",
                    "create sequence counter$ increment 3",
                    "select nextval('counter$') from generate_series(1, 5)",
                    "do $$ begin begin insert into note$ (what) values ('kept'), (null);"
                            + " exception when not_null_violation then insert into note$ (what) values ('caught'); end; end $$",
                    "create view seen$ as select mood, count(*) from wide$ group by mood",
                    "create table plain$ (id int primary key, value text)",
                    "insert into plain$ values (0, 'gone')",
                    "truncate plain$",
                    "comment on table plain$ is 'truncated once'")) {
                statement.execute(sql.replaceAll("\\$(?!\\$)(?<!\\$\\$)", s));
            }
        }
    }

    /** By primary key, as applications write; these may be replayed as statements. */
    private static void singleRows(Connection connection, String table, int offset) throws SQLException {
        try (PreparedStatement insert =
                        connection.prepareStatement("insert into " + table + " (id, value) values (?, ?)");
                PreparedStatement update =
                        connection.prepareStatement("update " + table + " set value = ? where id = ?")) {
            for (int i = 0; i < EACH; i++) {
                insert.setInt(1, 1000 * offset + i);
                insert.setString(2, "\u00e4 " + i);
                insert.executeUpdate();
                update.setString(1, "changed");
                update.setInt(2, 1000 * offset + i / 2);
                update.executeUpdate();
            }
        }
    }

    private void switchOver(LocalNode node) throws Exception {
        if (!masterName().equals(node.name())) {
            try (AdminClient client = AdminClient.ofCluster(directory);
                    AdminClient master = client.ofMaster()) {
                master.post("/api/v1/switchover?target=" + node.name());
            }
        }
        await().atMost(LIMIT).untilAsserted(() -> assertThat(masterName()).isEqualTo(node.name()));
    }

    private String masterName() throws IOException {
        return StreamSupport.stream(cluster.status().path("nodes").spliterator(), false)
                .filter(n -> n.path("state").asText().equals("master"))
                .map(n -> n.path("name").asText())
                .collect(Collectors.joining());
    }

    private Connection throughAnyNode() throws SQLException {
        String hosts =
                cluster.nodes().stream().map(n -> "127.0.0.1:" + n.clientPort()).collect(Collectors.joining(","));
        return DriverManager.getConnection(
                "jdbc:postgresql://" + hosts + "/postgres?loadBalanceHosts=true", "postgres", cluster.password());
    }

    private int version(LocalNode node) throws SQLException {
        try (Connection connection = Contents.connect(cluster, node)) {
            return connection.getMetaData().getDatabaseMajorVersion();
        }
    }

    private JsonNode verified() throws Exception {
        try (AdminClient client = AdminClient.ofCluster(directory);
                AdminClient master = client.ofMaster()) {
            String id = master.post("/api/v1/verify").path("id").asText();
            await().atMost(LIMIT)
                    .until(() -> !master.get("/api/v1/verify/" + id)
                            .path("state")
                            .asText()
                            .equals("running"));
            return master.get("/api/v1/verify/" + id);
        }
    }
}

package io.understudy.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.adoption.Finding.Verdict;
import io.understudy.capture.TestServer;
import io.understudy.catalog.Migrations;
import io.understudy.embedded.ServerPicture;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Databases before they are a node's and after. */
class AdoptionIT {
    /** What an application may have, good and bad. */
    private static final String APPLICATION = """
            CREATE SCHEMA shop;
            CREATE TABLE shop.item (id serial PRIMARY KEY, code uuid DEFAULT gen_random_uuid(), at timestamptz DEFAULT clock_timestamp());
            CREATE TABLE shop.note (text text, of_table regclass);
            CREATE UNLOGGED TABLE shop.cache (id int PRIMARY KEY);
            CREATE TABLE shop.log (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
            CREATE TABLE shop.log_now PARTITION OF shop.log DEFAULT;
            CREATE MATERIALIZED VIEW shop.items AS SELECT count(*) FROM shop.item;
            CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := clock_timestamp(); RETURN NEW; END $$;
            CREATE TRIGGER touched BEFORE UPDATE ON shop.item FOR EACH ROW EXECUTE FUNCTION shop.touch();
            CREATE PROCEDURE shop.in_steps() LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; COMMIT; END $$;
            CREATE FUNCTION shop.noticed() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'noticed'; END $$;
            CREATE EVENT TRIGGER noticed ON ddl_command_end EXECUTE FUNCTION shop.noticed();
            INSERT INTO shop.item (id) VALUES (1), (2);
            INSERT INTO shop.note VALUES ('a', 'shop.item');
            INSERT INTO shop.log VALUES (1, '2020-01-01');
            """;

    /** Everything where Understudy could have left something that {@link ServerPicture} does not look at. */
    private static final List<String> TRACES = List.of(
            "SELECT 'schema ' || nspname || coalesce(nspacl::text, '') FROM pg_namespace WHERE nspname !~ '^pg_toast|^pg_temp'",
            "SELECT 'role ' || rolname || rolsuper || rolcanlogin FROM pg_roles",
            "SELECT 'setting ' || setdatabase || ' ' || setrole || setconfig::text FROM pg_db_role_setting"
                    + " WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))",
            "SELECT 'event trigger ' || evtname || evtenabled::text FROM pg_event_trigger",
            "SELECT 'trigger ' || tgname || tgrelid::regclass FROM pg_trigger",
            "SELECT 'relation ' || relname || relkind::text || coalesce(relacl::text, '') FROM pg_class WHERE relname !~ '^pg_toast'",
            "SELECT 'function ' || proname || coalesce(proacl::text, '') FROM pg_proc",
            "SELECT 'type ' || typname FROM pg_type WHERE typname !~ '^_?pg_toast'",
            "SELECT 'database ' || coalesce(datacl::text, '') FROM pg_database WHERE datname = current_database()",
            "SELECT 'default ' || defaclacl::text FROM pg_default_acl",
            "SELECT 'shared ' || count(*) FROM pg_shdepend WHERE dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))");

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static Dsn dsn(String database, String user) {
        return Dsn.parse("postgresql://" + user + "@127.0.0.1:" + server.port() + "/" + database, "x");
    }

    private static void run(String database, String sql) throws SQLException {
        run(Migrations.withWrites(server.url(database)), sql, "postgres");
    }

    private static void run(String url, String sql, String user) throws SQLException {
        try (Connection c = DriverManager.getConnection(url, user, "");
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    private static Map<String, Verdict> verdicts(Dsn dsn) throws SQLException {
        return new ServerCheck(dsn, 3, 100)
                .run().findings().stream()
                        .collect(Collectors.toMap(
                                Finding::about, Finding::verdict, (a, b) -> a.compareTo(b) > 0 ? a : b));
    }

    @Test
    void anEmptyDatabaseOfAGoodServerNeedsNoChange() throws SQLException {
        Map<String, Verdict> found = verdicts(dsn(server.emptyDatabase(), "postgres"));
        found.remove("passwords"); // of roles that other tests made
        assertThat(found)
                .doesNotContainValue(Verdict.CHANGE)
                .containsEntry("version", Verdict.WORKS)
                .containsEntry("privileges", Verdict.WORKS)
                .containsEntry("node", Verdict.WORKS)
                // 50 are there
                .containsEntry("connections", Verdict.LIMITED)
                .containsEntry("SERIALIZABLE", Verdict.WORKS);
    }

    @Test
    void whatAnApplicationHasIsFound() throws SQLException {
        String database = server.emptyDatabase();
        run(database, APPLICATION);
        run(database, "SELECT lo_create(0)");
        run(database, "CREATE TABLE shop.doubled AS SELECT 1 AS x FROM generate_series(1, 2)");
        assertThatThrownBy(() -> run(database, "CREATE UNIQUE INDEX CONCURRENTLY doubled_x ON shop.doubled (x)"))
                .isInstanceOf(SQLException.class);
        run(database, "CREATE ROLE old LOGIN PASSWORD 'md5" + "0".repeat(32) + "'");
        List<Finding> findings =
                new ServerCheck(dsn(database, "postgres"), 3, 100).run().findings();
        assertThat(findings)
                .extracting(Finding::verdict, Finding::about)
                .contains(
                        tuple(Verdict.LIMITED, "node"),
                        tuple(Verdict.LIMITED, "tables without a key"),
                        tuple(Verdict.LIMITED, "unlogged tables"),
                        tuple(Verdict.LIMITED, "materialized views"),
                        tuple(Verdict.LIMITED, "columns of object ids"),
                        tuple(Verdict.LIMITED, "event triggers"),
                        tuple(Verdict.WORKS, "volatile defaults"),
                        tuple(Verdict.WORKS, "triggers"),
                        tuple(Verdict.CHANGE, "large objects"),
                        tuple(Verdict.CHANGE, "invalid indexes"),
                        tuple(Verdict.CHANGE, "passwords"),
                        tuple(Verdict.CHANGE, "procedures that end transactions"));
        assertThat(findings)
                .filteredOn(f -> f.about().equals("tables without a key"))
                .singleElement()
                .extracting(Finding::what)
                .isEqualTo("2: shop.doubled, shop.note");
        assertThat(findings)
                .filteredOn(f -> f.verdict() != Verdict.WORKS)
                .allSatisfy(f -> assertThat(f.advice()).as(f.about()).isNotBlank());
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }

    @Test
    void whoIsNoSuperuserIsTold() throws SQLException {
        String database = server.emptyDatabase();
        run(database, "CREATE ROLE plain LOGIN PASSWORD 'x'");
        assertThat(verdicts(dsn(database, "plain"))).containsEntry("privileges", Verdict.CHANGE);
    }

    @Test
    void serversAreCompared() throws SQLException {
        run("postgres", "CREATE DATABASE of_c TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
        run("postgres", "CREATE DATABASE of_utf TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'");
        List<ServerCheck.Report> reports = new ArrayList<>();
        for (String database : List.of("of_c", "of_utf")) {
            reports.add(new ServerCheck(dsn(database, "postgres"), 3, 10).run());
        }
        assertThat(ServerComparison.of(reports))
                .singleElement()
                .satisfies(f -> assertThat(f.about()).isEqualTo("collation"))
                .extracting(Finding::verdict)
                .isEqualTo(Verdict.CHANGE);
        assertThat(ServerComparison.of(List.of(reports.getFirst(), reports.getFirst())))
                .singleElement()
                .extracting(Finding::verdict)
                .isEqualTo(Verdict.WORKS);
    }

    @Test
    void afterwardsItIsAsIfUnderstudyHadNeverBeenThere() throws Exception {
        String database = server.emptyDatabase();
        run(database, APPLICATION);
        List<String> traces = traces(database);
        ServerPicture before = picture(database);
        new Migrations(server.url(database), "postgres", "").run("apply", true);
        assertThat(traces(database)).isNotEqualTo(traces);
        run(database, "ALTER ROLE postgres SET understudy.consistency = 'strong'");
        // as replay does, which may leave a thing of its own
        try (Connection c = server.connect(database, "understudy_apply");
                Statement s = c.createStatement()) {
            s.execute("CREATE TABLE shop.by_apply (id int PRIMARY KEY)");
            assertThatThrownBy(() -> new Detach(dsn(database, "postgres")).run())
                    .isInstanceOf(Detach.RefusedException.class)
                    .hasMessageContaining("stop its proxy");
            s.execute("DROP TABLE shop.by_apply");
        }

        run(database, "CREATE VIEW shop.peek AS SELECT * FROM understudy.mark");
        assertThatThrownBy(() -> new Detach(dsn(database, "postgres")).run())
                .isInstanceOf(Detach.RefusedException.class)
                .hasMessageContaining("shop.peek");
        run(database, "DROP VIEW shop.peek");

        Detach detach = new Detach(dsn(database, "postgres"));
        List<String> there = detach.look();
        assertThat(there).contains("schema understudy", "role understudy_apply");
        assertThat(detach.run()).isEqualTo(there);
        assertThat(detach.look()).isEmpty();
        assertThat(traces(database)).isEqualTo(traces);
        assertThat(picture(database).differences("after", "before", before)).isEmpty();
        assertThat(detach.run()).isEmpty();
        run(server.url(database), "INSERT INTO shop.item (id) VALUES (3)", "postgres");
    }

    private static List<String> traces(String database) throws SQLException {
        List<String> traces = new ArrayList<>();
        try (Connection c = DriverManager.getConnection(server.url(database), "postgres", "");
                Statement s = c.createStatement()) {
            for (String sql : TRACES) {
                try (ResultSet r = s.executeQuery(sql + " ORDER BY 1")) {
                    while (r.next()) {
                        traces.add(r.getString(1));
                    }
                }
            }
        }
        return traces;
    }

    private static ServerPicture picture(String database) throws SQLException {
        try (Connection c = DriverManager.getConnection(server.url(database), "postgres", "")) {
            return ServerPicture.of(c);
        }
    }
}

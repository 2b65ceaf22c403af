package io.understudy.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.embedded.ClientPrograms;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.SessionContext;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tables are captured however they are made, DDL is noticed, and a transaction with DDL replays. */
class GuardIT {
    private static TestServer server;
    private Master master;
    private String database;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start();
        try (Connection c = server.connect("postgres", "postgres");
                var s = c.createStatement()) {
            s.execute("CREATE ROLE app LOGIN");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void database() throws Exception {
        database = server.database();
        master = new Master(server, database, "app");
        master.asNode("GRANT ALL ON SCHEMA public TO public", "GRANT CREATE ON DATABASE " + database + " TO app");
    }

    @AfterEach
    void close() throws SQLException {
        master.close();
    }

    @Test
    void everyWayToMakeATable() throws Exception {
        master.run(
                "CREATE TABLE a(id serial PRIMARY KEY, v text)",
                "CREATE TABLE b AS SELECT 1 AS x",
                "SELECT 2 AS x INTO c",
                "CREATE TABLE d (LIKE a INCLUDING ALL)",
                "CREATE TABLE e() INHERITS (a)",
                "CREATE TABLE p(id int) PARTITION BY LIST (id)",
                "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
                "CREATE TABLE q2(id int)",
                "ALTER TABLE p ATTACH PARTITION q2 FOR VALUES IN (2)",
                "CREATE TABLE p3 PARTITION OF p FOR VALUES IN (3, 4) PARTITION BY LIST (id)",
                "CREATE TABLE p33 PARTITION OF p3 DEFAULT",
                "DO $$ BEGIN CREATE TABLE f(id int); EXECUTE 'CREATE TABLE g AS SELECT 1'; END $$",
                "CREATE SCHEMA s CREATE TABLE h(id int) CREATE VIEW v AS SELECT * FROM h",
                "CREATE UNLOGGED TABLE i(id int)",
                "PREPARE ctas AS SELECT 1",
                "CREATE TABLE j AS EXECUTE ctas",
                "CREATE TEMP TABLE t(id int)");
        master.client.commit();
        assertThat(Guard.unguarded(master.node)).isEmpty();
        assertThat(Guard.missing(master.node)).isEmpty();
        assertThat(TestReplica.strings(master.node, "SELECT count(*) FROM pg_trigger WHERE tgname LIKE ' understudy%'"))
                .containsExactly("40");
        master.run("INSERT INTO p VALUES (1), (2), (4)", "INSERT INTO s.h VALUES (1)", "INSERT INTO t VALUES (1)");
        assertThat(master.seal().rows()).hasSize(4);
    }

    @Test
    void triggersComeBackWhenSwitchedOff() throws Exception {
        master.run(
                "CREATE TABLE a(id int)",
                "CREATE TABLE p(id int) PARTITION BY LIST (id)",
                "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)");
        master.client.commit();
        master.asNode(
                "ALTER TABLE a DISABLE TRIGGER ALL",
                "ALTER TABLE p DISABLE TRIGGER ALL",
                "ALTER TABLE a ENABLE REPLICA TRIGGER \" understudy\"",
                "ALTER TABLE a DISABLE TRIGGER \" understudy truncate\"");
        assertThat(Guard.unguarded(master.node)).isEmpty();
        master.asNode(
                "SELECT set_config('understudy.trusted', value, false) FROM understudy.secret",
                "ALTER TABLE a DISABLE TRIGGER ALL",
                "RESET understudy.trusted");
        assertThat(Guard.unguarded(master.node)).containsExactly("public.a");
        Guard.install(master.node);
        assertThat(Guard.unguarded(master.node)).isEmpty();
    }

    @Test
    void ddlIsSeenWithItsKind() throws Exception {
        master.run("CREATE TABLE a(id int PRIMARY KEY)", "CREATE TABLE b(id int)");
        master.client.commit();
        master.run(
                "INSERT INTO a VALUES (1)",
                "ALTER TABLE a ADD v text",
                "SAVEPOINT s",
                "ALTER TABLE a ADD w text",
                "ROLLBACK TO s",
                "CREATE TEMP TABLE t(id int)",
                "CREATE INDEX ON t(id)",
                "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "DROP TABLE t",
                "DROP TABLE IF EXISTS nothing",
                "DO $$ BEGIN CREATE TEMP TABLE tt(id int); END $$",
                "DROP TABLE tt, b");
        Sealed sealed = master.seal();
        assertThat(sealed.ddl())
                .extracting(d -> d.tag() + (d.temporary() ? " temporary" : "") + (d.nested() ? " nested" : ""))
                .containsExactly(
                        "ALTER TABLE",
                        "CREATE TABLE temporary",
                        "CREATE INDEX temporary",
                        "CREATE FUNCTION temporary",
                        "DROP TABLE temporary",
                        "DROP TABLE",
                        "CREATE TABLE temporary nested",
                        "DROP TABLE nested");
        assertThat(sealed.nestedDdl()).as("the permanent half of the last one").hasSize(1);
        assertThat(sealed.temporaryDdl()).isTrue();
        assertThat(sealed.rows().getFirst().at())
                .isLessThan(sealed.ddl().getFirst().at());
        master.client.commit();
        master.run("DO $$ BEGIN CREATE TABLE z(id int); END $$");
        assertThat(master.seal().nestedDdl()).hasSize(1);
    }

    @Test
    void anExtensionsOwnDdlIsPartOfIt() throws Exception {
        try (Master superuser = new Master(server, database, "postgres")) {
            superuser.run("CREATE EXTENSION citext");
            Sealed sealed = superuser.seal();
            assertThat(sealed.ddl()).hasSizeGreaterThan(5);
            assertThat(sealed.loggedDdl()).extracting(SeenDdl::tag).containsExactly("CREATE EXTENSION");
            assertThat(sealed.nestedDdl()).isEmpty();
        }
    }

    private static void pgbench(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(ClientPrograms.find("pgbench").orElseThrow().toString()));
        command.addAll(List.of("-h", "127.0.0.1", "-p", Integer.toString(server.port())));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGOPTIONS", "-c default_transaction_read_only=off");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    @Test
    @Timeout(120)
    void pgbenchInitializesAsAnyRole() throws Exception {
        for (String user : List.of("postgres", "app")) {
            pgbench("-U", user, "-i", "-s", "1", "-q", database);
            assertThat(Guard.unguarded(master.node)).isEmpty();
            pgbench("-U", user, "-n", "-t", "10", "-M", "prepared", database);
            master.asNode("DROP TABLE pgbench_accounts, pgbench_branches, pgbench_history, pgbench_tellers");
        }
        Guard.vacuum(master.node);
    }

    /** A transaction whose tables change their shape, with what was tried and undone, comes out the same on a second database. */
    @Test
    void aTransactionWithDdlReplays() throws Exception {
        assertThat(replayed(true)).isEmpty();
    }

    @Test
    void withoutShapesAtTheCutsItWouldNot() {
        assertThatThrownBy(() -> assertThat(replayed(false)).isEmpty())
                .isInstanceOfAny(AssertionError.class, StaleShapeException.class, SQLException.class);
    }

    private String replayed(boolean cutting) throws Exception {
        String second = server.database();
        try (Connection other = server.connect(second, "postgres");
                Connection replay = server.connect(second, "understudy_apply");
                var there = other.createStatement()) {
            for (String sql : List.of("CREATE TABLE a(id int PRIMARY KEY, v text)", "CREATE TABLE gone(id int)")) {
                master.asNode(sql);
                there.execute(sql);
            }
            master.asNode(
                    "GRANT ALL ON a, gone TO app",
                    "ALTER TABLE a OWNER TO app",
                    "ALTER TABLE gone OWNER TO app",
                    "DELETE FROM understudy.ddl_seen");
            ShapesAtCut shapes = new ShapesAtCut();
            List<String> ddl = new ArrayList<>();
            master.run("INSERT INTO a VALUES (1, 'one'), (2, 'two')", "INSERT INTO gone VALUES (1)");
            ddl(ddl, shapes, cutting, "ALTER TABLE a ADD w int");
            master.run("UPDATE a SET w = 5 WHERE id = 1", "SAVEPOINT s");
            ddl(new ArrayList<>(), shapes, cutting, "ALTER TABLE a DROP COLUMN v");
            master.run("INSERT INTO a VALUES (3, 3)", "ROLLBACK TO s");
            ddl(ddl, shapes, cutting, "ALTER TABLE a RENAME v TO w2");
            ddl(ddl, shapes, cutting, "ALTER TABLE a RENAME TO b");
            master.run("INSERT INTO b(id, w) VALUES (4, 4)");
            ddl(ddl, shapes, cutting, "DROP TABLE gone");
            ddl(ddl, shapes, cutting, "CREATE TABLE ctas AS SELECT random() AS r FROM generate_series(1, 3)");
            assertThat(new DdlNotes(master.secret).image(master.queries)).isEqualTo(3);
            master.run("INSERT INTO ctas VALUES (7)");
            Sealed sealed = master.seal();
            assertThat(shapes.complete(sealed)).isEqualTo(cutting);
            shapes.afterSeal(master.queries, sealed);
            List<NetChanges.Cut> cuts = new ArrayList<>();
            List<SeenDdl> seen = sealed.loggedDdl();
            assertThat(seen).hasSameSizeAs(ddl);
            for (int i = 0; i < seen.size(); i++) {
                cuts.add(new NetChanges.Cut(
                        seen.get(i).at(),
                        new Form.Ddl(
                                new LoggedStatement(ddl.get(i), List.of(), -1), new SessionContext("app", Map.of()))));
            }
            Form.Rows rows = new NetChanges(shapes).of(sealed.rows(), cuts);
            master.client.commit();
            new TestReplica(replay).apply(rows.parts());
            List<String> here = TestReplica.contents(master.node);
            List<String> copy = TestReplica.contents(other);
            assertThat(here).hasSize(3 + 4);
            return here.equals(copy) ? "" : here + " " + copy;
        }
    }

    private void ddl(List<String> log, ShapesAtCut shapes, boolean cutting, String sql) throws Exception {
        if (cutting) {
            shapes.beforeDdl(master.queries);
        }
        master.run(sql);
        log.add(sql);
    }
}

package io.understudy.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.capture.TestServer;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CatalogReaderIT {
    private static final List<String> PATH = List.of("public");
    private static TestServer server;
    private static Connection node;
    private static CatalogReader reader;
    private static DatabaseCatalog catalog;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start();
        node = server.connect(server.database(), "postgres");
        try (Statement s = node.createStatement()) {
            for (String sql : List.of(
                    "CREATE FUNCTION wild() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1'",
                    "CREATE FUNCTION tame(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1'",
                    "CREATE FUNCTION wildop(int, int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT $1'",
                    "CREATE OPERATOR <~> (LEFTARG = int, RIGHTARG = int, FUNCTION = wildop)",
                    "CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
                    "CREATE DOMAIN posint AS int CHECK (value > 0)",
                    "CREATE TABLE plain(b text DEFAULT 'x', a int NOT NULL, c numeric DEFAULT 0, d date DEFAULT current_date, e int DEFAULT -1, z int DEFAULT wild(), PRIMARY KEY (c, a))",
                    "ALTER TABLE plain DROP COLUMN e",
                    "CREATE TABLE simple(id int PRIMARY KEY, v text, CHECK (length(v) < 10))",
                    "CREATE UNLOGGED TABLE fast(id int)",
                    "CREATE TABLE ser(id serial)",
                    "CREATE TABLE idt(id int GENERATED ALWAYS AS IDENTITY, g int GENERATED ALWAYS AS (1) STORED)",
                    "CREATE TABLE trig(id int)",
                    "CREATE TRIGGER t AFTER INSERT ON trig EXECUTE FUNCTION trg()",
                    "CREATE TABLE ruled(id int)",
                    "CREATE RULE r AS ON INSERT TO ruled DO ALSO NOTIFY x",
                    "CREATE TABLE secured(id int)",
                    "ALTER TABLE secured ENABLE ROW LEVEL SECURITY",
                    "CREATE POLICY p ON secured USING (wild() = 1)",
                    "CREATE TABLE parent(id int)",
                    "CREATE TABLE heir() INHERITS (parent)",
                    "CREATE TABLE parted(id int) PARTITION BY LIST (id)",
                    "CREATE TABLE part PARTITION OF parted DEFAULT",
                    "CREATE TABLE dom(id posint)",
                    "CREATE TABLE checked(id int CHECK (tame(id) > 0))",
                    "CREATE TABLE indexed(id int)",
                    "CREATE INDEX ON indexed(tame(id))",
                    "CREATE TABLE target(id int PRIMARY KEY)",
                    "CREATE TABLE quiet(id int PRIMARY KEY)",
                    "CREATE TABLE refs(t int REFERENCES target ON DELETE CASCADE, q int REFERENCES quiet)",
                    "CREATE VIEW rnd AS SELECT random() AS r",
                    "CREATE VIEW deep AS SELECT r.* FROM rnd r, simple",
                    "CREATE VIEW opv AS SELECT id <~> 1 AS x FROM simple",
                    "CREATE VIEW locking AS SELECT * FROM simple FOR UPDATE",
                    "CREATE VIEW sub AS SELECT (SELECT max(wild()) FROM simple) AS m",
                    "CREATE VIEW calm AS SELECT upper(v) AS u, now() FROM simple",
                    "CREATE VIEW serv AS SELECT * FROM ser",
                    "CREATE VIEW nextv AS SELECT nextval('ser_id_seq')",
                    "CREATE MATERIALIZED VIEW mat AS SELECT random() AS r WITH NO DATA",
                    "CREATE VIEW overmat AS SELECT * FROM mat",
                    "CREATE TEMP TABLE temporary(id int)",
                    "CREATE TABLE \"Odd \"\"Name\"(\"A b\" int)")) {
                s.execute(sql);
            }
        }
        reader = new CatalogReader();
        catalog = reader.read(node);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
        server.close();
    }

    private static Relation relation(String name) {
        return catalog.relation("", name, PATH).orElseThrow();
    }

    @Test
    void columnsAndKey() {
        Relation plain = relation("plain");
        assertThat(plain.columns()).extracting(Relation.Column::name).containsExactly("b", "a", "c", "d", "z");
        assertThat(plain.key()).containsExactly("c", "a");
        assertThat(plain.columns())
                .extracting(Relation.Column::constantDefault)
                .containsExactly(true, true, true, false, false);
        assertThat(plain.columns())
                .extracting(Relation.Column::hasDefault)
                .containsExactly(true, false, true, true, true);
        assertThat(plain.columns().get(1).notNull()).isTrue();
        assertThat(plain.columns().get(1).type()).isEqualTo(23);
        assertThat(plain.columns().get(1).typeName()).isEqualTo("int4");
        assertThat(relation("idt").columns().get(0).identity()).isEqualTo('a');
        assertThat(relation("idt").columns().get(1).generated()).isEqualTo('s');
        assertThat(relation("fast").persistence()).isEqualTo('u');
        assertThat(relation("Odd \"Name").columns().getFirst().name()).isEqualTo("A b");
        assertThat(catalog.relation("", "temporary", PATH)).isEmpty();
    }

    @Test
    void onlyPlainTablesArePlain() {
        assertThat(List.of("plain", "simple", "fast", "ser", "quiet", "refs"))
                .allSatisfy(t -> assertThat(relation(t).plain()).as(t).isTrue());
        assertThat(List.of(
                        "idt", "trig", "ruled", "secured", "parent", "heir", "parted", "part", "dom", "checked",
                        "indexed", "target", "calm"))
                .allSatisfy(t -> assertThat(relation(t).plain()).as(t).isFalse());
    }

    @Test
    void whyATableIsNotPlain() {
        assertThat(relation("trig").odd()).isEqualTo("has a trigger");
        assertThat(relation("secured").odd()).isEqualTo("has row security");
        assertThat(relation("part").odd()).isEqualTo("inherits from another one and is a partition");
        assertThat(relation("target").odd()).isEqualTo("is referenced by a foreign key with an action");
        assertThat(relation("calm").odd()).isEqualTo("is not an ordinary table");
    }

    @Test
    void whatCanMoveASequence() {
        assertThat(List.of("ser", "idt", "trig", "plain", "parted", "target", "serv"))
                .allSatisfy(t -> assertThat(relation(t).sequences()).as(t).isTrue());
        assertThat(List.of("simple", "fast", "refs", "quiet", "checked"))
                .allSatisfy(t -> assertThat(relation(t).sequences()).as(t).isFalse());
    }

    @Test
    void volatileViewsAtAnyDepth() {
        assertThat(List.of("rnd", "deep", "opv", "locking", "sub", "nextv", "secured"))
                .allSatisfy(t -> assertThat(relation(t).readsVolatile()).as(t).isTrue());
        assertThat(List.of("calm", "mat", "overmat", "serv", "simple"))
                .allSatisfy(t -> assertThat(relation(t).readsVolatile()).as(t).isFalse());
        assertThat(relation("deep").reads())
                .contains(relation("simple").oid(), relation("rnd").oid());
        assertThat(relation("mat").reads()).isEmpty();
    }

    @Test
    void functionsAndOperators() {
        assertThat(catalog.functions("wild")).singleElement().satisfies(f -> {
            assertThat(f.volatility()).isEqualTo('v');
            assertThat(f.builtIn()).isFalse();
        });
        assertThat(catalog.functions("random")).isNotEmpty().allMatch(DatabaseCatalog.Function::builtIn);
        assertThat(catalog.functions("now"))
                .extracting(DatabaseCatalog.Function::volatility)
                .containsOnly('s');
        assertThat(catalog.volatileOperators()).containsExactly("<~>");
        assertThat(catalog.volatileCasts()).isEmpty();
        assertThat(catalog.userCasts()).isFalse();
        assertThat(catalog.relation("pg_catalog", "pg_class", PATH)).isPresent();
        assertThat(catalog.relation("pg_catalog", "pg_stat_activity", PATH)
                        .orElseThrow()
                        .readsVolatile())
                .isEqualTo(volatileSystemView());
    }

    /** pg_stat_get_activity is stable in every version so far. */
    private static boolean volatileSystemView() {
        return catalog.functions("pg_stat_get_activity").stream().anyMatch(f -> f.volatility() == 'v');
    }

    @Test
    void aNewSnapshotSeesNewThings() throws Exception {
        assertThat(catalog.deferrableConstraints()).isFalse();
        try (Statement s = node.createStatement()) {
            s.execute("CREATE TABLE brandnew(id int UNIQUE DEFERRABLE)");
            s.execute("CREATE TYPE pair AS (a int)");
            s.execute("CREATE FUNCTION wildcast(pair) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1'");
            s.execute("CREATE CAST (pair AS int) WITH FUNCTION wildcast(pair)");
        }
        DatabaseCatalog next = reader.read(node);
        assertThat(next.version()).isGreaterThan(catalog.version());
        assertThat(next.relation("", "brandnew", PATH)).isPresent();
        assertThat(next.deferrableConstraints()).isTrue();
        assertThat(next.volatileCasts())
                .extracting(DatabaseCatalog.Cast::targetName, DatabaseCatalog.Cast::context)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("int4", 'e'));
        assertThat(next.userCasts()).isFalse();
        try (Statement s = node.createStatement()) {
            s.execute("CREATE FUNCTION fromtext(text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'");
            s.execute("CREATE CAST (text AS int) WITH FUNCTION fromtext(text) AS ASSIGNMENT");
        }
        assertThat(reader.read(node).userCasts()).isTrue();
        long begun = System.nanoTime();
        reader.read(node);
        System.out.println("catalog read in ms: " + (System.nanoTime() - begun) / 1_000_000);
    }

    @Test
    void verifiersOfLoginRoles() throws Exception {
        assertThat(reader.verifiers(node).get("understudy_apply")).startsWith("SCRAM-SHA-256$");
        assertThat(reader.verifiers(node)).doesNotContainKey("pg_monitor");
    }

    @Test
    void migrationsMayBeRepeatedAndForeignDatabasesAreRefused() throws Exception {
        String other = server.emptyDatabase();
        Migrations migrations = new Migrations(server.url(other), "postgres", "");
        migrations.run("one", false);
        migrations.run("two", false);
        try (Connection c = java.sql.DriverManager.getConnection(server.url(other), "postgres", "");
                Statement s = c.createStatement()) {
            assertThatThrownBy(() -> s.execute("CREATE TABLE t(id int)")).hasMessageContaining("read-only");
        }
        String used = server.emptyDatabase();
        try (Connection c = server.connect(used, "postgres");
                Statement s = c.createStatement()) {
            s.execute("CREATE TABLE t(id int)");
        }
        Migrations refused = new Migrations(server.url(used), "postgres", "");
        assertThatThrownBy(() -> refused.run("x", false)).isInstanceOf(UnsuitableServerException.class);
        refused.run("x", true);
        try (Connection c = server.connect(used, "postgres")) {
            assertThat(io.understudy.capture.Guard.unguarded(c)).isEmpty();
        }
    }
}

package io.understudy.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.backend.Backend;
import io.understudy.log.Entry;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.RowChange;
import io.understudy.log.SequencePosition;
import io.understudy.log.SessionContext;
import io.understudy.log.TableShape;
import io.understudy.log.TableShape.Column;
import io.understudy.replay.ReplayOutcome.Applied;
import io.understudy.replay.ReplayOutcome.Diverged;
import io.understudy.replay.ReplayOutcome.ServerLost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ReplayerIT {
    private static final Progress QUIET = new Progress() {
        @Override
        public void committing(long index) {}

        @Override
        public void committed(long index) {}
    };

    private TwoDatabases two;
    private Replayer replayer;
    private int backend;

    @BeforeAll
    void startServer() throws Exception {
        two = TwoDatabases.start();
    }

    @AfterAll
    void stopServer() throws Exception {
        if (two != null) {
            two.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        replayer = new Replayer(
                () -> {
                    ApplyConnections.Connection c = two.applyConnection();
                    backend = c.pid();
                    return c;
                },
                new LoggedChunks(two.log),
                200,
                (index, sql, how) -> {
                    throw new AssertionError(how);
                });
        replayer.open(index -> Optional.empty());
    }

    @AfterEach
    void close() {
        replayer.close();
    }

    private void replay(IndexedEntry... batch) throws Exception {
        assertThat(replayer.apply(List.of(batch), QUIET)).isEqualTo(new Applied(batch[batch.length - 1].index()));
        assertThat(two.appliedIndex()).isEqualTo(batch[batch.length - 1].index());
        two.assertEqual();
    }

    @Test
    void allKindsOfChanges() throws Exception {
        replay(
                two.transaction(
                        "CREATE TABLE kinds(id int PRIMARY KEY, v text, \"odd \"\"name\" int, r int, o int, t int)",
                        "INSERT INTO kinds SELECT i, 'x' || i, i, i, i, i FROM generate_series(1, 5000) AS i"),
                two.transaction("UPDATE kinds SET v = v || '\"\\,{}', t = NULL WHERE id % 3 = 0"),
                two.transaction("DELETE FROM kinds WHERE id % 5 = 0"),
                two.transaction(
                        "INSERT INTO kinds VALUES (-1, '', 0, 0, 0, 0), (-2, NULL, 0, 0, 0, 0), (-3, 'NULL', 0, 0, 0, 0)"),
                two.transaction("UPDATE kinds SET id = id + 100000 WHERE id < 10"),
                two.transaction("UPDATE kinds SET v = 'one' WHERE id = 11"),
                two.transaction("DELETE FROM kinds WHERE id = 12"));
        replay(two.transaction("TRUNCATE kinds", "INSERT INTO kinds(id) VALUES (1)"));
    }

    @Test
    void uniqueValuesThatChangePlaces() throws Exception {
        replay(two.transaction(
                "CREATE TABLE places(id int PRIMARY KEY, seat int UNIQUE DEFERRABLE, room int UNIQUE, at int4range,"
                        + " EXCLUDE USING gist (at WITH &&))",
                "INSERT INTO places SELECT i, i, i, int4range(i, i + 1) FROM generate_series(1, 6) AS i"));
        replay(
                two.transaction("UPDATE places SET seat = seat + 1"),
                two.transaction(
                        "UPDATE places SET room = -room",
                        "UPDATE places SET room = 1 - room WHERE room < 0 AND id < 6",
                        "UPDATE places SET room = 1 WHERE id = 6"),
                two.transaction(
                        "CREATE TEMPORARY TABLE kept AS SELECT * FROM places",
                        "DELETE FROM places",
                        "INSERT INTO places SELECT id, seat, room, int4range(7 - id, 8 - id) FROM kept",
                        "DROP TABLE kept"),
                two.transaction("INSERT INTO places VALUES (7, 100, 100, '[200,201)')"));
    }

    @Test
    void rowsWithoutAKey() throws Exception {
        replay(
                two.transaction(
                        "CREATE TABLE keyless(image_of int, v numeric, f float8, d date DEFAULT '2020-02-01')",
                        "INSERT INTO keyless SELECT i % 3, 1.0, 'NaN' FROM generate_series(1, 30) AS i",
                        "INSERT INTO keyless(image_of, v, f, d) VALUES (1, 1.00, -0.0, 'infinity'), (1, 1.000, 0.0, '0001-01-01 BC'), (NULL, NULL, NULL, NULL), (NULL, NULL, NULL, NULL)"),
                two.transaction(
                        "DELETE FROM keyless WHERE ctid IN (SELECT ctid FROM keyless WHERE image_of = 1 LIMIT 4)"),
                two.transaction("DELETE FROM keyless WHERE ctid = (SELECT ctid FROM keyless WHERE v IS NULL LIMIT 1)"),
                two.transaction("UPDATE keyless SET v = v + 1 WHERE image_of = 2"));
    }

    @Test
    void keysThatAreEqualWithoutLookingAlike() throws Exception {
        replay(
                two.transaction(
                        "CREATE TABLE numbers(k numeric PRIMARY KEY, v int)",
                        "CREATE TABLE floats(k float8 PRIMARY KEY, v int)",
                        "INSERT INTO numbers VALUES (1.0, 1), (2.50, 2), ('NaN', 3)",
                        "INSERT INTO floats VALUES ('NaN', 1), ('-0', 2), ('Infinity', 3), (0.1, 4)"),
                two.transaction(
                        "UPDATE numbers SET k = k::numeric(10, 3), v = v + 1",
                        "UPDATE floats SET k = 0, v = v + 1 WHERE k = 0",
                        "UPDATE floats SET v = v + 1"),
                two.transaction("DELETE FROM numbers WHERE k = 'NaN'", "DELETE FROM floats WHERE k = 'NaN' OR k = 0"));
    }

    @Test
    void identityGeneratedAndSerialColumns() throws Exception {
        replay(two.transaction(
                "CREATE TABLE made(id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY,"
                        + " s serial, a int, g int GENERATED ALWAYS AS (a * 2) STORED)",
                "INSERT INTO made(a) SELECT generate_series(1, 10)"));
        replay(two.transaction("UPDATE made SET a = a + 1 WHERE id < 5", "DELETE FROM made WHERE id = 9"));
        // changes what an UPDATE cannot set
        replay(two.transaction("UPDATE made SET n = DEFAULT WHERE id = 3"));
        replay(two.transaction("UPDATE made SET id = DEFAULT WHERE id = 4"));
        // sequences that go back are told of in an entry of their own
        List<SequencePosition> restarted = new ArrayList<>();
        for (String name : List.of("made_id_seq", "made_n_seq", "made_s_seq")) {
            restarted.add(new SequencePosition("public", name, 1, false));
        }
        replay(
                two.transaction("TRUNCATE made RESTART IDENTITY"),
                two.control(new Entry.SequencesReserved(Entries.id(99), Entries.P1, 1, List.of(), restarted)));
    }

    @Test
    void commonTypesKeepEveryByte() throws Exception {
        replay(
                two.transaction(
                        "CREATE TYPE mood AS ENUM ('sad', 'happy ;)')",
                        "CREATE TYPE pair AS (a int, b text)",
                        "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
                        "CREATE TABLE types(id uuid PRIMARY KEY, i2 int2, i8 int8, n numeric, f4 float4, f8 float8, m money, t text,"
                                + " vc varchar(20), c char(7), b bytea, ts timestamp, tz timestamptz, d date, ti time, tt timetz,"
                                + " iv interval, bo bool, e mood, p pair, dom positive, ip inet, ci cidr, mac macaddr, bi bit(5),"
                                + " vb varbit, x xml, j json, jb jsonb, ia int[], ta text[][], ma mood[], pa pair[], r int4range,"
                                + " tr tstzrange, pt point, pg polygon, tsv tsvector, tsq tsquery, nm name, o oid)",
                        "INSERT INTO types VALUES (gen_random_uuid(), -7, 9223372036854775807, 1.2300, 1.1, 0.1::float8 + 0.2,"
                                + " 12.34, E'quote\" back\\\\ comma, tab\\t nl\\n ünïcödé 😀', 'v', 'c', '\\x00ff5c22', '2020-02-29 23:59:59.999999',"
                                + " '1999-12-31 23:59:59.5+05', 'infinity', '24:00', '12:00+13', '1 year -2 mons 3 days 04:05:06.7',"
                                + " true, 'happy ;)', (1, 'a,\"b'), 5, '10.0.0.1/8', '10.0.0.0/8', '08:00:2b:01:02:03', B'10101',"
                                + " B'1', '<a b=\"c\">&lt;</a>', '{\"a\":  1, \"a\": 2}', '{\"b\":[1,null]}', '{1,NULL,3}',"
                                + " '{{a,\"b c\"},{\"\",\"NULL\"}}', '{sad}', ARRAY[(1, 'x')::pair, (NULL, '')::pair], '[1,5)',"
                                + " '[2020-01-01,)', '(1.5,2)', '((0,0),(1,1),(1,0))', 'a:1 b:2', 'a & b', 'nm', 42)"),
                two.transaction("UPDATE types SET t = t || t, b = b || b, jb = jb || '{\"c\": \"\\\\\"}', p.b = '()'"),
                two.transaction("INSERT INTO types(id) VALUES (gen_random_uuid())"));
    }

    @Test
    void ddlIsRunAsItsRoleBetweenTheChangesAroundIt() throws Exception {
        two.server.execute("CREATE ROLE maker CREATEROLE");
        replay(two.transaction(
                "CREATE SCHEMA made_by AUTHORIZATION maker",
                "CREATE TABLE shifting(id int PRIMARY KEY, a int)",
                "INSERT INTO shifting VALUES (1, 1), (2, 2)",
                "ALTER TABLE shifting RENAME COLUMN a TO b",
                "UPDATE shifting SET b = b + 1",
                "ALTER TABLE shifting DROP COLUMN b",
                "ALTER TABLE shifting ADD COLUMN c text DEFAULT 'c'",
                "INSERT INTO shifting VALUES (3, 'd')",
                "ALTER TABLE shifting RENAME TO shifted",
                "UPDATE shifted SET c = c || id"));
        Form.Ddl asMaker = new Form.Ddl(
                new LoggedStatement("CREATE TABLE owned(id int)", List.of(), -1),
                new SessionContext("maker", Map.of("search_path", "made_by", "statement_timeout", "1")));
        assertThat(replayer.apply(
                        List.of(two.entry(new Form.Rows(List.of(asMaker)), List.of(), TwoDatabases.PUBLIC, List.of())),
                        QUIET))
                .isInstanceOf(Applied.class);
        assertThat(ask("SELECT tableowner FROM pg_tables WHERE schemaname = 'made_by' AND tablename = 'owned'"))
                .isEqualTo("maker");
        Backend m = two.master;
        m.query("CREATE TABLE made_by.owned(id int)");
        replay(two.transaction("DROP TABLE shifted"));
    }

    @Test
    void aTableMadeAnewUnderTheSameName() throws Exception {
        String[] make = {
            "CREATE TABLE again(id int PRIMARY KEY, v text)",
            "INSERT INTO again VALUES (1, 'a')",
            "INSERT INTO again VALUES (2, 'b'), (3, 'c')"
        };
        replay(two.transaction(make));
        replay(two.transaction("UPDATE again SET v = 'x'"), two.transaction("DELETE FROM again WHERE id = 1"));
        replay(two.transaction("DROP TABLE again"));
        replay(two.transaction(make));
        replay(two.transaction("UPDATE again SET v = 'x'"), two.transaction("DELETE FROM again WHERE id = 1"));
        replay(
                two.transaction("ALTER TABLE again DROP COLUMN v", "ALTER TABLE again ADD COLUMN v int"),
                two.transaction("UPDATE again SET v = 5"));
    }

    @Test
    void truncateOfTablesThatReferToEachOther() throws Exception {
        replay(two.transaction(
                "CREATE TABLE parent(id int PRIMARY KEY)",
                "CREATE TABLE child(id int PRIMARY KEY, p int REFERENCES parent)",
                "INSERT INTO parent VALUES (1)",
                "INSERT INTO child VALUES (1, 1)"));
        replay(two.transaction(
                "TRUNCATE parent CASCADE", "INSERT INTO parent VALUES (2)", "INSERT INTO child VALUES (1, 2)"));
        // only one of them is in the entry: the other one has been emptied before
        replay(two.transaction("DELETE FROM child"));
        TableShape shape = new TableShape("public", "parent", List.of(new Column("id", false, false)), List.of("id"));
        two.master.query("DELETE FROM parent");
        replay(two.entry(
                new Form.Rows(List.of(new Form.TableChanges(shape, true, List.of()))),
                List.of(),
                TwoDatabases.PUBLIC,
                List.of()));
    }

    @Test
    void partitionsAndInheritance() throws Exception {
        replay(
                two.transaction(
                        "CREATE TABLE parts(id int, v text, PRIMARY KEY (id)) PARTITION BY RANGE (id)",
                        "CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (100)",
                        "CREATE TABLE parts_high PARTITION OF parts FOR VALUES FROM (100) TO (200)",
                        "CREATE TABLE base(id int PRIMARY KEY, v int)",
                        "CREATE TABLE derived(extra text) INHERITS (base)",
                        "INSERT INTO parts SELECT i, 'v' FROM generate_series(90, 110) AS i",
                        "INSERT INTO base VALUES (1)",
                        "INSERT INTO derived VALUES (1, 1, 'same id')"),
                two.transaction("UPDATE parts SET id = id + 20 WHERE id BETWEEN 95 AND 99"),
                two.transaction("UPDATE ONLY base SET v = 7"),
                two.transaction("DELETE FROM ONLY base"),
                two.transaction("UPDATE base SET id = 2"));
    }

    @Test
    void triggersAndCascadesDoNotFireAgain() throws Exception {
        replay(two.transaction(
                "CREATE TABLE audit(n serial, what text)",
                "CREATE TABLE orders(id int PRIMARY KEY)",
                "CREATE TABLE lines(id int PRIMARY KEY, o int REFERENCES orders ON DELETE CASCADE)",
                "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN INSERT INTO audit(what) VALUES (tg_op || random()); RETURN NULL; END $$",
                "CREATE TRIGGER noted AFTER INSERT OR DELETE ON lines FOR EACH ROW EXECUTE FUNCTION note()"));
        replay(two.transaction(
                "INSERT INTO orders VALUES (1), (2)", "INSERT INTO lines VALUES (1, 1), (2, 1), (3, 2)"));
        replay(two.transaction("DELETE FROM orders WHERE id = 1"));
    }

    @Test
    void sequencesNeverGoBackUnlessToldTo() throws Exception {
        replay(two.transaction(
                "CREATE SEQUENCE up",
                "CREATE SEQUENCE down INCREMENT -1",
                "CREATE TABLE any_table(id int PRIMARY KEY)"));
        SequencePosition up = new SequencePosition("public", "up", 50, true);
        SequencePosition upOlder = new SequencePosition("public", "up", 40, true);
        SequencePosition down = new SequencePosition("public", "down", -50, true);
        SequencePosition downOlder = new SequencePosition("public", "down", -40, true);
        two.master.query("SELECT setval('public.up', 50), setval('public.down', -50)");
        Form none = new Form.Rows(List.of());
        replay(
                two.entry(none, List.of(), TwoDatabases.PUBLIC, List.of(up, down)),
                two.entry(none, List.of(), TwoDatabases.PUBLIC, List.of(upOlder, downOlder)));
        replay(two.entry(none, List.of(), TwoDatabases.PUBLIC, List.of(upOlder, downOlder)));
        SequencePosition back = new SequencePosition("public", "up", 7, false);
        SequencePosition ceiling = new SequencePosition("public", "up", 107, true);
        two.master.query("SELECT setval('public.up', 7, false)");
        replay(two.control(
                new Entry.SequencesReserved(Entries.id(77), Entries.P1, 1, List.of(ceiling), List.of(back))));
        assertThat(ask("SELECT value FROM understudy.ceiling WHERE name = 'up'"))
                .isEqualTo("107");
        // where it was made, the sequence may have moved on
        two.server.execute("SELECT 1");
        Backend replica = two.connect("replica", "postgres");
        replica.query("SELECT setval('public.up', 9)");
        two.master.query("SELECT setval('public.up', 9)");
        IndexedEntry own =
                two.control(new Entry.SequencesReserved(Entries.id(78), Entries.P1, 1, List.of(), List.of(back)));
        replay(new IndexedEntry(own.index(), own.entry(), true));
        assertThat(ask("SELECT count(*) FROM understudy.ceiling WHERE name = 'up'"))
                .isEqualTo("0");
        replica.discard();
    }

    @Test
    void aDivergenceNamesTheEntryAndLeavesWhatCameBefore() throws Exception {
        replay(two.transaction(
                "CREATE TABLE strays(id int PRIMARY KEY, v int)", "INSERT INTO strays VALUES (1, 1), (2, 2)"));
        Backend stranger = two.connect("replica", "postgres");
        stranger.query("DELETE FROM public.strays WHERE id = 2");
        IndexedEntry fine = two.transaction("UPDATE strays SET v = 10 WHERE id = 1");
        IndexedEntry bad = two.transaction("UPDATE strays SET v = 20 WHERE id = 2");
        IndexedEntry after = two.transaction("UPDATE strays SET v = 11 WHERE id = 1");
        ReplayOutcome outcome = replayer.apply(List.of(fine, bad, after), QUIET);
        assertThat(outcome).isEqualTo(new Diverged(bad.index(), "public.strays", "1 row(s)", "0 row(s)"));
        assertThat(two.appliedIndex()).isEqualTo(fine.index());
        assertThat(ask("SELECT v FROM public.strays WHERE id = 1")).isEqualTo("10");
        stranger.query("INSERT INTO public.strays VALUES (2, 2)");
        replay(bad, after);
        // a row too many, of a key that an entry inserts
        stranger.query("INSERT INTO public.strays VALUES (3, 3)");
        IndexedEntry collides = two.transaction("INSERT INTO strays VALUES (3, 30)");
        assertThat(replayer.apply(List.of(collides), QUIET)).isInstanceOf(Diverged.class);
        stranger.query("DELETE FROM public.strays WHERE id = 3");
        replay(collides);
        stranger.discard();
    }

    @Test
    void aReaderInTheWayIsMoved() throws Exception {
        replay(two.transaction("CREATE TABLE busy(id int PRIMARY KEY)"));
        Backend reader = two.connect("replica", "postgres");
        reader.query("BEGIN");
        reader.query("SELECT * FROM public.busy");
        replay(two.transaction("TRUNCATE busy", "INSERT INTO busy VALUES (1)"));
        await().until(() -> {
            try {
                reader.query("SELECT 1");
                return false;
            } catch (java.io.IOException e) {
                return true;
            }
        });
    }

    /** Whatever moment the connection is cut at, effects and applied index are both there or both not. */
    @Test
    void effectsAndAppliedIndexAreOne() throws Exception {
        replay(two.transaction("CREATE TABLE cut(id int PRIMARY KEY, v int)", "INSERT INTO cut VALUES (0, 0)"));
        Backend killer = two.connect("replica", "postgres");
        Random random = new Random(7);
        int lost = 0;
        // On a busy machine the cut may come too late for long.
        for (int round = 1; round <= 40 || lost == 0 && round <= 400; round++) {
            IndexedEntry a = two.transaction("UPDATE cut SET v = v + 1", "INSERT INTO cut VALUES (" + round + ", 0)");
            IndexedEntry b = two.transaction("UPDATE cut SET v = v + 1 WHERE id = 0");
            int target = backend;
            long wait = random.nextInt(2_000_000);
            Thread cutter = Thread.startVirtualThread(() -> {
                long until = System.nanoTime() + wait;
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
                try {
                    killer.query("SELECT pg_terminate_backend($1::int)", Integer.toString(target));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            ReplayOutcome outcome = replayer.apply(List.of(a, b), QUIET);
            cutter.join();
            long has = two.appliedIndex();
            if (outcome instanceof ServerLost) {
                lost++;
                assertThat(has).isIn(a.index() - 1, b.index());
            } else {
                assertThat(outcome).isEqualTo(new Applied(b.index()));
                assertThat(has).isEqualTo(b.index());
            }
            await().ignoreExceptions().untilAsserted(() -> {
                replayer.open(index -> Optional.empty());
                if (has < b.index()) {
                    assertThat(replayer.apply(List.of(a, b), QUIET)).isEqualTo(new Applied(b.index()));
                }
            });
            two.assertEqual();
        }
        killer.discard();
        assertThat(lost).isPositive();
    }

    @Test
    void rowsOfClientsCountOnlyIfTheLogSaysSo() throws Exception {
        replay(two.transaction("CREATE TABLE one_more(id int)"));
        long applied = two.appliedIndex();
        Backend client = two.connect("replica", "postgres");
        client.query("INSERT INTO understudy.applied(idx) SELECT g FROM generate_series(1, 3000) AS g");
        String real = String.valueOf(client.query("INSERT INTO understudy.applied(idx) VALUES (5000) RETURNING xid")
                .getFirst()[0]);
        client.query("INSERT INTO understudy.applied(idx) VALUES (9000000000000)");
        assertThat(replayer.open(index -> Optional.empty())).isEqualTo(applied);
        assertThat(replayer.open(index -> index == 5000 ? entry(5000, real) : Optional.empty()))
                .isEqualTo(5000);
        client.query("DELETE FROM understudy.applied WHERE by = 'postgres'");
        client.discard();
    }

    private static Optional<AppliedRows.Transaction> entry(long number, String xid) {
        return Optional.of(new AppliedRows.Transaction(Entries.id((int) number), Long.parseLong(xid)));
    }

    /** The proxy ended after COMMIT PREPARED, before it wrote down the index of what it had committed. */
    @Test
    void aPreparedTransactionIsFoundByItsToken() throws Exception {
        replay(two.transaction("CREATE TABLE prepared(id int)"));
        long applied = two.appliedIndex();
        Backend client = two.connect("replica", "postgres");
        String insert = "INSERT INTO understudy.applied(idx, token) VALUES (0, $1) RETURNING xid";
        String first = client.query(insert, Entries.id(71).toString()).getFirst()[0];
        String second = client.query(insert, Entries.id(72).toString()).getFirst()[0];
        AppliedRows.Executed log = index -> switch ((int) (index - applied)) {
            case 1 -> entry(71, first);
            case 2 -> entry(72, second);
            case 3 -> entry(73, second);
            default -> Optional.empty();
        };
        assertThat(replayer.open(log)).isEqualTo(applied + 2);
        // another one's token, or a token that a client wrote in a transaction of its own
        assertThat(replayer.open(index -> index == applied + 1 ? entry(71, second) : Optional.empty()))
                .isEqualTo(applied);
        // what has no place when old rows go gets it
        assertThat(replayer.prune(applied + 2)).isTrue();
        assertThat(replayer.open(index -> Optional.empty())).isEqualTo(applied + 2);
        client.query("DELETE FROM understudy.applied WHERE idx > $1::bigint", Long.toString(applied));
        client.query(
                "INSERT INTO understudy.applied(idx, by) VALUES ($1::bigint, 'understudy_apply')",
                Long.toString(applied));
        client.discard();
    }

    @Test
    void maintenanceRunsBeside() throws Exception {
        replay(two.transaction("CREATE TABLE dusty(id int)", "INSERT INTO dusty SELECT generate_series(1, 100)"));
        replay(two.control(new Entry.Maintenance(Entries.id(1), Entries.P1, 1, TwoDatabases.PUBLIC, "ANALYZE dusty")));
        await().untilAsserted(() -> assertThat(ask("SELECT reltuples FROM pg_class WHERE relname = 'dusty'"))
                .isEqualTo("100"));
    }

    @Test
    void rowsOfAnEntryThatNeverHappenedAreNotFound() throws Exception {
        replay(two.transaction("CREATE TABLE ghost(id int, v text)", "INSERT INTO ghost VALUES (1, 'a')"));
        TableShape shape = new TableShape(
                "public", "ghost", List.of(new Column("id", false, false), new Column("v", false, false)), List.of());
        IndexedEntry twice = two.entry(
                new Form.Rows(List.of(new Form.TableChanges(
                        shape, false, List.of(new RowChange.Delete("(1,a)"), new RowChange.Delete("(1,a)"))))),
                List.of(),
                TwoDatabases.PUBLIC,
                List.of());
        assertThat(replayer.apply(List.of(twice), QUIET))
                .isEqualTo(new Diverged(twice.index(), "public.ghost", "2 row(s)", "1 row(s)"));
        two.assertEqual();
        replay(
                two.control(new Entry.Noop()) instanceof IndexedEntry later
                        ? new IndexedEntry(twice.index(), later.entry(), false)
                        : twice);
    }

    private String ask(String sql) throws Exception {
        Backend b = two.connect("replica", "postgres");
        try {
            return String.valueOf(b.query(sql).getFirst()[0]);
        } finally {
            b.discard();
        }
    }
}

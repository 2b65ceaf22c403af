package io.understudy.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.backend.ServerError;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.Form;
import io.understudy.log.RowChange;
import io.understudy.replay.ReplayOutcome.Applied;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Transactions whose images are read by a cursor, cut into chunks, and applied from the log: on another server's database everything is the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class LargeTransactionIT {
    private static final Progress QUIET = new Progress() {
        @Override
        public void committing(long index) {}

        @Override
        public void committed(long index) {}
    };

    private TwoDatabases two;
    private Replayer replayer;

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
        replayer = new Replayer(two::applyConnection, new LoggedChunks(two.log), 200, (index, sql, how) -> {
            throw new AssertionError(how);
        });
        replayer.open(index -> Optional.empty());
    }

    /** What is compared is all that there is: tables of other tests would only cost time. */
    @AfterEach
    void close() throws Exception {
        try {
            String tables = two.master.query(
                            "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') FROM pg_tables WHERE schemaname = 'public'")
                    .getFirst()[0];
            replayer.apply(List.of(two.transaction("DROP TABLE " + tables + " CASCADE")), QUIET);
        } finally {
            replayer.close();
        }
    }

    /** Runs it on the master; it must be large; replays it. @return the kinds of changes in its chunks, and how many */
    private Map<String, Integer> large(String... statements) throws Exception {
        IndexedEntry entry = two.transaction(statements);
        Entry.Transaction t = (Entry.Transaction) entry.entry();
        assertThat(t.form()).isInstanceOf(Form.Chunks.class);
        Map<String, Integer> kinds = kinds((Form.Chunks) t.form());
        apply(entry);
        return kinds;
    }

    private void apply(IndexedEntry entry) throws Exception {
        assertThat(replayer.apply(List.of(entry), QUIET)).isEqualTo(new Applied(entry.index()));
        assertThat(two.appliedIndex()).isEqualTo(entry.index());
        two.assertEqual();
        assertThat(two.count("master", "SELECT count(*) FROM understudy.change"))
                .isZero();
    }

    private Map<String, Integer> kinds(Form.Chunks form) throws IOException {
        Map<String, Integer> kinds = new TreeMap<>();
        assertThat(form.indexes()).isNotEmpty();
        for (long index : form.indexes()) {
            byte[] bytes = two.log.read(index);
            assertThat(bytes.length).isLessThan(3 * (int) TwoDatabases.LIMITS.pieceBytes());
            for (Form.Part part : ((Entry.Chunk) EntryCodec.decode(bytes)).parts()) {
                switch (part) {
                    case Form.Ddl d -> kinds.merge("ddl", 1, Integer::sum);
                    case Form.LongRow r -> kinds.merge("long row", 1, Integer::sum);
                    case Form.Piece p -> kinds.merge("piece", 1, Integer::sum);
                    case Form.TableChanges c -> {
                        if (c.truncate()) {
                            kinds.merge("truncate", 1, Integer::sum);
                        }
                        for (RowChange change : c.changes()) {
                            kinds.merge(change.getClass().getSimpleName().toLowerCase(), 1, Integer::sum);
                        }
                    }
                }
            }
        }
        return kinds;
    }

    @Test
    void insertsUpdatesAndDeletesOfManyRows() throws Exception {
        apply(two.transaction("CREATE TABLE many(id int PRIMARY KEY, v text, n int)"));
        assertThat(large("INSERT INTO many SELECT i, 'row ' || i, 0 FROM generate_series(1, 90000) AS i"))
                .containsOnly(Map.entry("insert", 90_000));
        assertThat(large("UPDATE many SET n = n + 1 WHERE id <= 60000")).containsOnly(Map.entry("update", 60_000));
        assertThat(large("DELETE FROM many WHERE id % 3 = 0")).containsOnly(Map.entry("delete", 30_000));
        assertThat(large("TRUNCATE many", "INSERT INTO many SELECT i, 'anew', 0 FROM generate_series(1, 90000) AS i"))
                .containsOnly(Map.entry("truncate", 1), Map.entry("insert", 90_000));
    }

    @Test
    void whatWasThereBeforeATruncationIsForgotten() throws Exception {
        apply(two.transaction(
                "CREATE TABLE one(id int PRIMARY KEY, v text)",
                "CREATE TABLE other(id int REFERENCES one)",
                "INSERT INTO one VALUES (-1, 'old')",
                "INSERT INTO other VALUES (-1)"));
        assertThat(large(
                        "INSERT INTO one SELECT i, 'lost' FROM generate_series(1, 30000) AS i",
                        "UPDATE one SET v = 'lost too'",
                        "TRUNCATE one, other",
                        "INSERT INTO one SELECT i, 'kept' FROM generate_series(1, 30000) AS i"))
                .containsOnly(Map.entry("truncate", 2), Map.entry("insert", 30_000));
        assertThat(large(
                        "UPDATE one SET v = 'lost'",
                        "INSERT INTO other SELECT i FROM generate_series(1, 20000) AS i",
                        "TRUNCATE one, other"))
                .containsOnly(Map.entry("truncate", 2));
    }

    @Test
    void rowsThatWereTouchedTwiceAreAddedUp() throws Exception {
        apply(two.transaction(
                "CREATE TABLE twice(id int PRIMARY KEY, v text, n int)",
                "INSERT INTO twice SELECT i, 'x', 0 FROM generate_series(1, 20000) AS i"));
        assertThat(large("UPDATE twice SET n = n + 1", "UPDATE twice SET n = n + 1 WHERE id <= 15000"))
                .containsOnly(Map.entry("delete", 20_000), Map.entry("insert", 20_000));
        assertThat(large("UPDATE twice SET n = -n", "UPDATE twice SET n = -n", "UPDATE twice SET v = 'y' WHERE id = 7"))
                .containsOnly(Map.entry("delete", 1), Map.entry("insert", 1));
        assertThat(large(
                        "INSERT INTO twice SELECT i, 'z', 0 FROM generate_series(20001, 50000) AS i",
                        "DELETE FROM twice WHERE id > 20010"))
                .containsOnly(Map.entry("insert", 10));
    }

    @Test
    void keysThatMoveOn() throws Exception {
        apply(two.transaction(
                "CREATE TABLE moves(id int PRIMARY KEY DEFERRABLE, seat int UNIQUE, v text)",
                "INSERT INTO moves SELECT i, i, 'x' FROM generate_series(1, 20000) AS i"));
        assertThat(large("UPDATE moves SET id = id + 1")).containsOnly(Map.entry("update", 20_000));
        assertThat(large("UPDATE moves SET id = 20003 - id")).containsOnly(Map.entry("update", 20_000));
        // downwards one after the other: the only order in which the unique index lets it pass
        assertThat(
                        large(
                                "WITH s AS (SELECT id FROM moves ORDER BY seat) UPDATE moves m SET seat = seat - 1 FROM s WHERE m.id = s.id"))
                .containsOnly(Map.entry("update", 20_000));
        assertThat(large("UPDATE moves SET seat = -seat", "UPDATE moves SET seat = seat + 30000"))
                .containsOnly(Map.entry("delete", 19_999), Map.entry("insert", 19_999));
    }

    @Test
    void uniqueValuesThatChangePlacesBetweenChunks() throws Exception {
        apply(two.transaction(
                "CREATE TABLE swaps(id int PRIMARY KEY, seat int, v text, UNIQUE (seat) DEFERRABLE)",
                "INSERT INTO swaps SELECT i, i, 'x' FROM generate_series(1, 20000) AS i"));
        // where the second database is stricter than the master
        var strict = two.connect("replica", "postgres");
        strict.query("ALTER TABLE public.swaps DROP CONSTRAINT swaps_seat_key");
        strict.query("CREATE UNIQUE INDEX ON public.swaps(seat)");
        strict.discard();
        assertThat(large("UPDATE swaps SET seat = 20001 - seat")).containsOnly(Map.entry("update", 20_000));
    }

    @Test
    void rowsWithoutAKey() throws Exception {
        apply(two.transaction("CREATE TABLE keyless(a int, b text, f float8)", "CREATE TABLE keyless2(a int)"));
        large(
                "INSERT INTO keyless SELECT i % 5000, 'x', 'NaN' FROM generate_series(1, 40000) AS i",
                "INSERT INTO keyless2 SELECT 1 FROM generate_series(1, 30000)");
        assertThat(large("UPDATE keyless SET b = 'y' WHERE a % 2 = 0"))
                .containsOnly(Map.entry("delete", 20_000), Map.entry("insert", 20_000));
        assertThat(large("DELETE FROM keyless2 WHERE ctid IN (SELECT ctid FROM keyless2 LIMIT 25000)"))
                .containsOnly(Map.entry("delete", 25_000));
        assertThat(large(
                        "DELETE FROM keyless WHERE a < 4900",
                        "INSERT INTO keyless SELECT 1, 'z', i FROM generate_series(1, 10) i"))
                .containsEntry("insert", 10);
    }

    @Test
    void schemaChangesAmongManyRows() throws Exception {
        assertThat(large(
                        "CREATE TABLE made(id int PRIMARY KEY, v text)",
                        "CREATE INDEX ON made(v)",
                        "INSERT INTO made SELECT i, 'row ' || i FROM generate_series(1, 20000) AS i",
                        "ALTER TABLE made ADD COLUMN n int NOT NULL DEFAULT 5",
                        "UPDATE made SET n = id",
                        "ALTER TABLE made DROP COLUMN v",
                        "CREATE TABLE made_too(id int)",
                        "INSERT INTO made_too VALUES (1)",
                        "COMMENT ON TABLE made IS 'made'"))
                .containsOnly(Map.entry("ddl", 6), Map.entry("insert", 20_001), Map.entry("update", 19_999));
    }

    @Test
    void anyEncodingAndAnyText() throws Exception {
        apply(two.transaction("CREATE TABLE texts(id int PRIMARY KEY, v text)"));
        two.master.query("SET client_encoding = 'LATIN1'");
        try {
            large(
                    "INSERT INTO texts SELECT i, 'é' || chr(8364) || E'\"\\\\,{}\\n' || i FROM generate_series(1, 20000) AS i");
        } finally {
            two.master.query("SET client_encoding = 'UTF8'");
        }
        // one row is larger than a piece
        apply(two.transaction("INSERT INTO texts VALUES (-1, repeat('x', 1500000)), (-2, 'small')"));
    }

    /** Longer than a chunk: the row goes through the log in pieces, none of which cuts a character, and is put together by the server that it is streamed to. */
    @Test
    void rowsThatAreLongerThanAChunk() throws Exception {
        String strange = "repeat('ä€\uD83D\uDE00\\ \"quoted\" ''(,)'' ' || chr(10), 40000)";
        apply(two.transaction(
                "CREATE TABLE long_rows(id int PRIMARY KEY, v text, b bytea)",
                "CREATE TABLE long_keyless(v text)",
                "CREATE TABLE places(id int PRIMARY KEY, place int UNIQUE, v text)"));
        Map<String, Integer> kinds = large(
                "INSERT INTO long_rows VALUES (0, 'short', ''), (1, " + strange
                        + ", NULL), (2, NULL, decode(repeat('5c00ff22', 500000), 'hex')), (3, 'short', '')",
                "INSERT INTO long_keyless SELECT " + strange + " FROM generate_series(1, 3)");
        assertThat(kinds).containsEntry("long row", 5).containsEntry("insert", 2);
        assertThat(kinds.get("piece")).isGreaterThan(100);
        assertThat(large("UPDATE long_rows SET v = v || 'x', b = b || 'y' WHERE id <> 0"))
                .containsEntry("long row", 2);
        assertThat(large(
                        "DELETE FROM long_keyless WHERE ctid = (SELECT min(ctid) FROM long_keyless)",
                        "UPDATE long_keyless SET v = v || '!' WHERE ctid = (SELECT max(ctid) FROM long_keyless)"))
                .containsEntry("long row", 3);
        assertThat(large("DELETE FROM long_rows WHERE id IN (1, 2)")).containsEntry("long row", 2);
        apply(two.transaction("TRUNCATE long_keyless"));

        large("INSERT INTO places SELECT i, i, repeat(i::text, 400000) FROM generate_series(1, 3) i");
        // each takes the place that the next one leaves; touched twice, they are added up: three rows are gone, three
        // have come
        assertThat(large("UPDATE places SET place = place + 10", "UPDATE places SET place = 14 - place, v = v || 'z'"))
                .containsEntry("long row", 6);
    }

    @Test
    void partitionsCascadesAndTriggers() throws Exception {
        apply(
                two.transaction(
                        "CREATE TABLE parent(id int PRIMARY KEY, v text)",
                        "CREATE TABLE child(id int PRIMARY KEY, parent int REFERENCES parent ON DELETE CASCADE ON UPDATE CASCADE)",
                        "CREATE INDEX ON child(parent)",
                        "CREATE TABLE audit(what text)",
                        "CREATE TABLE parts(id int, at int, v text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)",
                        "CREATE TABLE parts1 PARTITION OF parts FOR VALUES FROM (0) TO (10)",
                        "CREATE TABLE parts2 PARTITION OF parts FOR VALUES FROM (10) TO (20)",
                        "CREATE FUNCTION audited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.audit VALUES (tg_op || coalesce(new.id, old.id));"
                                + " RETURN null; END $$",
                        "CREATE TRIGGER audited AFTER INSERT OR UPDATE OR DELETE ON parent FOR EACH ROW EXECUTE FUNCTION audited()"));
        large(
                "INSERT INTO parent SELECT i, 'x' FROM generate_series(1, 5000) AS i",
                "INSERT INTO child SELECT i, i % 5000 + 1 FROM generate_series(1, 10000) AS i");
        large("UPDATE parent SET id = id + 100000");
        large(
                "DELETE FROM parent WHERE id % 2 = 0",
                "INSERT INTO parts SELECT i, i % 20, 'p' FROM generate_series(1, 20000) AS i");
        large("UPDATE parts SET at = (at + 10) % 20");
    }

    @Test
    void randomTransactions() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        apply(two.transaction(
                "CREATE TABLE r1(id int PRIMARY KEY, u int UNIQUE, v text)",
                "CREATE TABLE r2(a int, v text)",
                "INSERT INTO r1 SELECT i, i, 'x' FROM generate_series(1, 3000) AS i",
                "INSERT INTO r2 SELECT i % 700, 'x' FROM generate_series(1, 3000) AS i"));
        for (int n = 0; n < 8; n++) {
            List<String> statements = new ArrayList<>();
            // something that makes it large and leaves nothing
            statements.add("UPDATE r2 SET v = repeat('" + n + "', 400)");
            for (int i = random.nextInt(6); i >= 0; i--) {
                statements.add(statement(random));
            }
            IndexedEntry entry;
            try {
                entry = two.transaction(statements.toArray(String[]::new));
            } catch (ServerError e) {
                // what the random statement deserved
                assertThat(e.sqlState()).isEqualTo("23505");
                two.master.query("ROLLBACK");
                continue;
            }
            assertThat(replayer.apply(List.of(entry), QUIET))
                    .as("seed %d, %s", seed, statements)
                    .isEqualTo(new Applied(entry.index()));
            assertThat(two.contents("replica"))
                    .as("seed %d, %s", seed, statements)
                    .isEqualTo(two.contents("master"));
        }
    }

    private static String statement(Random random) {
        int i = 1 + random.nextInt(30);
        return switch (random.nextInt(12)) {
            case 0 -> "UPDATE r1 SET v = v || 'u' WHERE id % " + i + " = 0";
            case 1 -> "UPDATE r1 SET u = -u WHERE id % " + i + " = 0";
            case 2 -> "UPDATE r1 SET id = id + 1000000 WHERE id % " + i + " = 0 AND id < 1000000";
            case 3 -> "DELETE FROM r1 WHERE id % " + (i + 3) + " = 0";
            case 4 -> "INSERT INTO r1 SELECT i, i, 'new' FROM generate_series(1, 3000) AS i ON CONFLICT DO NOTHING";
            case 5 -> "UPDATE r2 SET v = 'short' WHERE a % " + i + " = 0";
            case 6 -> "DELETE FROM r2 WHERE a % " + (i + 3) + " = 0";
            case 7 -> "INSERT INTO r2 SELECT i % " + i + ", 'same' FROM generate_series(1, 1000) AS i";
            case 8 -> "TRUNCATE r2";
            case 9 -> "WITH d AS (DELETE FROM r2 WHERE a % 3 = 0 RETURNING *) INSERT INTO r2 SELECT a + 1, v FROM d";
            case 10 -> "ALTER TABLE r2 ADD COLUMN IF NOT EXISTS c" + i + " int DEFAULT " + i;
            default -> "UPDATE r1 SET v = v";
        };
    }
}

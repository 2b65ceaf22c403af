package io.understudy.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.log.Form.TableChanges;
import io.understudy.log.RowText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Random transactions on one database, their net changes applied to another: both hold the same. Seeded mutations of the images must be noticed. */
class CaptureReplayIT {
    private static final int TRANSACTIONS = 150;
    private static TestServer server;

    private static final List<String> SCHEMA = List.of(
            """
            CREATE TABLE k(id serial PRIMARY KEY, v text, n numeric, ts timestamptz DEFAULT clock_timestamp(), iv interval DEFAULT '1 mon -3 days 04:05:06.7',
              f float8 DEFAULT random(), b bytea, m money DEFAULT 3, r regclass DEFAULT 'k', a text[], g text GENERATED ALWAYS AS (upper(v)) STORED)""",
            "CREATE TABLE audit(what text, at timestamptz DEFAULT now())",
            "CREATE TABLE child(a int, \"b \"\"q\" int GENERATED ALWAYS AS IDENTITY, parent int REFERENCES k ON DELETE CASCADE ON UPDATE CASCADE, PRIMARY KEY (\"b \"\"q\", a))",
            "CREATE TABLE dup(x int, y text)",
            "CREATE TABLE p(id int, part int, v text, PRIMARY KEY (id, part)) PARTITION BY RANGE (part)",
            "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)",
            "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20)",
            "CREATE TABLE late(id int PRIMARY KEY, n int)",
            """
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              IF tg_op = 'INSERT' THEN new.v := new.v || floor(random() * 10); END IF; RETURN new; END $$""",
            """
            CREATE FUNCTION follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              INSERT INTO audit(what) VALUES (tg_op || coalesce(old.id, 0));
              IF tg_op = 'UPDATE' AND new.v NOT LIKE 'x%' AND random() < 0.5 THEN UPDATE k SET v = 'x' || v WHERE id = new.id; END IF;
              RETURN null; END $$""",
            "CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE late SET n = n + 1 WHERE id = new.id; INSERT INTO audit(what) VALUES ('late'); RETURN null; END $$",
            "CREATE TRIGGER touch BEFORE INSERT ON k FOR EACH ROW EXECUTE FUNCTION touch()",
            "CREATE TRIGGER \" a first\" AFTER UPDATE OR DELETE ON k FOR EACH ROW EXECUTE FUNCTION follow()",
            "CREATE CONSTRAINT TRIGGER later AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION later()",
            """
            CREATE FUNCTION tries(i int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
              BEGIN INSERT INTO dup VALUES (i, 'lost'); UPDATE k SET n = 1 / (i % 2); EXCEPTION WHEN division_by_zero THEN INSERT INTO dup VALUES (i, 'caught'); END; END $$""",
            "CREATE TYPE pair AS (a int, b text)",
            "CREATE FUNCTION steal(pair) RETURNS text LANGUAGE sql AS $$ SELECT 'stolen' $$",
            "CREATE CAST (pair AS text) WITH FUNCTION steal(pair) AS IMPLICIT",
            "CREATE TABLE comp(id int PRIMARY KEY, c pair, cs pair[])",
            "CREATE CAST (comp AS text) WITH INOUT AS ASSIGNMENT");

    private static final List<String> HOSTILE = List.of(
            "SET search_path = pg_temp, public, pg_catalog",
            "SET search_path = public",
            "SET session_replication_role = replica",
            "SET session_replication_role = origin",
            "SET client_encoding = 'LATIN1'",
            "SET client_encoding = 'UTF8'",
            "SET TimeZone = 'Asia/Kolkata'",
            "SET IntervalStyle = 'sql_standard'",
            "SET extra_float_digits = -15",
            "SET bytea_output = 'escape'",
            "SET client_min_messages = 'error'",
            "SET lc_monetary = 'C'",
            "SET understudy.trusted = 'yes'",
            "RESET ALL");

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Otherwise a client's settings would decide what rows look like in the log. */
    @Test
    void whatWritesRowsHasTheSettingsOfTheirText() throws Exception {
        try (Connection c = server.connect(server.database(), "postgres");
                PreparedStatement asked = c.prepareStatement("SELECT unnest(proconfig) FROM pg_proc"
                        + " WHERE pronamespace = 'understudy'::regnamespace AND proname = ?")) {
            for (String function : List.of("capture", "image", "outside_was", "outside_result", "outside_undo")) {
                Map<String, String> settings = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
                asked.setString(1, function);
                try (ResultSet r = asked.executeQuery()) {
                    while (r.next()) {
                        String[] setting = r.getString(1).split("=", 2);
                        settings.put(setting[0], setting[1]);
                    }
                }
                assertThat(settings).as(function).containsAllEntriesOf(RowText.SETTINGS);
            }
        }
    }

    @Test
    void randomTransactions() throws Exception {
        long seed = System.nanoTime();
        assertThat(differs(seed, rows -> rows)).as("seed %d", seed).isEmpty();
    }

    static Stream<Arguments> mutations() {
        UnaryOperator<List<CapturedRow>> noTruncates = rows ->
                rows.stream().filter(r -> !(r instanceof CapturedRow.Truncated)).toList();
        UnaryOperator<List<CapturedRow>> lastLost = rows -> rows.isEmpty() ? rows : rows.subList(0, rows.size() - 1);
        UnaryOperator<List<CapturedRow>> oldLost = rows -> rows.stream()
                .map(r -> r instanceof CapturedRow.Updated u ? new CapturedRow.Inserted(u.at(), u.rel(), u.after()) : r)
                .toList();
        UnaryOperator<List<CapturedRow>> dupLost =
                rows -> rows.stream().distinct().filter(new Once()::first).toList();
        return Stream.of(
                Arguments.of("truncations are forgotten", noTruncates),
                Arguments.of("the last image is lost", lastLost),
                Arguments.of("old images are lost", oldLost),
                Arguments.of("equal rows are taken for one", dupLost));
    }

    private static final class Once {
        private final List<String> seen = new ArrayList<>();

        boolean first(CapturedRow row) {
            if (!(row instanceof CapturedRow.Inserted i)) {
                return true;
            }
            boolean first = !seen.contains(i.row());
            seen.add(i.row());
            return first;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutations")
    void aMutationIsNoticed(String name, UnaryOperator<List<CapturedRow>> mutation) throws Exception {
        assertThat(differs(42, mutation)).as(name).isNotEmpty();
    }

    /** Runs random transactions; returns what is different at the end, or why replay failed. */
    private static String differs(long seed, UnaryOperator<List<CapturedRow>> mutation) throws Exception {
        String one = server.database();
        String two = server.database();
        try (Master master = new Master(server, one, "postgres");
                Connection other = server.connect(two, "postgres");
                Connection replay = server.connect(two, "understudy_apply");
                Statement there = other.createStatement()) {
            for (String sql : SCHEMA) {
                master.asNode(sql);
                there.execute(sql);
            }
            assertThat(Guard.unclaimed(master.node)).isEmpty();
            TestReplica replica = new TestReplica(replay);
            NetChanges net = new NetChanges(new TableShapes(master.catalog()));
            Random random = new Random(seed);
            int changed = 0;
            for (int n = 0; n < TRANSACTIONS; n++) {
                Sealed sealed = transaction(master, random);
                if (sealed == null) {
                    continue;
                }
                List<TableChanges> parts = net.of(mutation.apply(sealed.rows()));
                master.client.commit();
                changed += parts.size();
                try {
                    replica.apply(parts);
                } catch (SQLException e) {
                    return "replay failed: " + e.getMessage();
                }
            }
            assertThat(changed).isGreaterThan(TRANSACTIONS / 2);
            assertThat(Guard.unclaimed(master.node))
                    .as("rows of finished transactions")
                    .isEmpty();
            List<String> here = TestReplica.contents(master.node);
            List<String> copy = TestReplica.contents(other);
            List<String> difference = new ArrayList<>(here);
            copy.forEach(difference::remove);
            return here.equals(copy) ? "" : "different: " + difference + " of " + here.size() + " and " + copy.size();
        }
    }

    /** One transaction up to its seal; null if it failed and is rolled back. */
    private static @Nullable Sealed transaction(Master master, Random random) throws Exception {
        try {
            int statements = 1 + random.nextInt(6);
            int savepoints = 0;
            for (int i = 0; i < statements; i++) {
                if (random.nextInt(6) == 0) {
                    master.run(HOSTILE.get(random.nextInt(HOSTILE.size())));
                }
                if (random.nextInt(4) == 0) {
                    master.run("SAVEPOINT s" + savepoints++);
                }
                // the test's own driver would not live with another DateStyle after the statement
                master.run("SET DateStyle = 'SQL, DMY'; " + statement(random) + "; SET DateStyle = 'ISO, MDY'");
                if (savepoints > 0 && random.nextInt(5) == 0) {
                    savepoints--;
                    master.run("ROLLBACK TO SAVEPOINT s" + savepoints);
                }
            }
            return master.seal();
        } catch (SQLException e) {
            // what the random statement deserved: a duplicate key, text that the client encoding does not have
            assertThat(e.getSQLState()).as(e.getMessage()).matches("23.*|22P05|40.*|42P01|42883|42704");
            master.client.rollback();
            return null;
        } catch (io.understudy.backend.ServerError e) {
            throw new AssertionError(e);
        }
    }

    private static String statement(Random random) {
        int i = random.nextInt(30);
        return switch (random.nextInt(22)) {
            case 0, 1, 2 ->
                "INSERT INTO public.k(v, n, b, a) VALUES (E'a\"\\\\ ,(" + i + "é', " + i + ".500, '\\x00ff" + i % 10
                        + "0', '{a,NULL,\"\"}')";
            case 3, 4 -> "UPDATE public.k SET v = v || 'u', n = NULL WHERE id % 7 = " + i % 7;
            case 5 -> "UPDATE public.k SET id = id + 1000 WHERE id = " + i;
            case 6 -> "DELETE FROM public.k WHERE id % 11 = " + i % 11;
            case 7, 8 -> "INSERT INTO public.child(a, parent) SELECT " + i + ", max(id) FROM public.k";
            case 9, 10 -> "INSERT INTO public.dup SELECT " + i % 3 + ", 'd' FROM generate_series(1, " + i % 4 + ")";
            case 11 -> "DELETE FROM public.dup WHERE ctid IN (SELECT ctid FROM public.dup LIMIT 2)";
            case 12 -> "UPDATE public.dup SET y = NULL WHERE ctid IN (SELECT ctid FROM public.dup LIMIT 1)";
            case 13 ->
                "INSERT INTO public.p VALUES (" + i + ", " + i % 20
                        + ", '') ON CONFLICT (id, part) DO UPDATE SET v = p.v || '+'";
            case 14 -> "UPDATE public.p SET part = (part + 7) % 20";
            case 15 -> "TRUNCATE public.dup";
            case 16 -> "TRUNCATE public.p2";
            case 17 -> "SELECT public.tries(" + i + ")";
            case 18 -> "INSERT INTO public.late VALUES (" + random.nextInt(1000) + ", 0)";
            case 19 ->
                "INSERT INTO public.comp VALUES (" + random.nextInt(1000) + ", '(1,\"a b\")', '{\"(2,x)\",NULL}')";
            case 20 -> "DELETE FROM public.comp WHERE id < 300";
            default ->
                "WITH d AS (DELETE FROM public.dup WHERE x = 1 RETURNING *) INSERT INTO public.dup SELECT x + 1, y FROM d";
        };
    }
}

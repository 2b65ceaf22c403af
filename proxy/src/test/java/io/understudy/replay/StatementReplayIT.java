package io.understudy.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.backend.Backend;
import io.understudy.capture.Moment;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.LoggedStatement.Parameter;
import io.understudy.log.SessionContext;
import io.understudy.replay.ReplayOutcome.Applied;
import io.understudy.replay.ReplayOutcome.Diverged;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Entries of statement form, replayed, compared, and put right where a statement is not what it was taken for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class StatementReplayIT {
    private static final Progress QUIET = new Progress() {
        @Override
        public void committing(long index) {}

        @Override
        public void committed(long index) {}
    };

    private final List<String> alarms = new ArrayList<>();
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
        alarms.clear();
        replayer = new Replayer(
                two::applyConnection,
                new LoggedChunks(two.log),
                200,
                (index, sql, how) -> alarms.add(index + ": " + sql + ": " + how));
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
    void statementsInTheirOwnSessionsSettings() throws Exception {
        replay(two.transaction("CREATE TABLE said(id int PRIMARY KEY, d date, t text)"));
        SessionContext german =
                new SessionContext("postgres", Map.of("search_path", "public", "DateStyle", "German, DMY"));
        SessionContext american =
                new SessionContext("postgres", Map.of("search_path", "public", "DateStyle", "SQL, MDY"));
        two.master.query("SET DateStyle = 'German, DMY'");
        List<IndexedEntry> batch = new ArrayList<>();
        batch.add(two.statement(said("INSERT INTO said VALUES ($1, '01.02.2020', $2)", "1", "eins"), german));
        batch.add(two.statement(said("INSERT INTO said VALUES ($1, '03.02.2020', $2)", "2", "zwei"), german));
        two.master.query("SET DateStyle = 'SQL, MDY'");
        batch.add(two.statement(said("INSERT INTO said VALUES ($1, '01/02/2020', $2)", "3", "three"), american));
        batch.add(two.transaction("INSERT INTO said VALUES (4, '2020-12-31', now()::text)"));
        batch.add(two.statement(said("UPDATE said SET t = $2 WHERE id = $1", "1", "uno"), american));
        Parameter binary = new Parameter(23, true, new byte[] {0, 0, 0, 2});
        batch.add(two.statement(new LoggedStatement("DELETE FROM said WHERE id = $1", List.of(binary), 1), american));
        two.master.query("RESET DateStyle");
        replay(batch.toArray(IndexedEntry[]::new));
        assertThat(ask("SELECT string_agg(to_char(d, 'YYYY-MM-DD'), ' ' ORDER BY id) FROM public.said"))
                .isEqualTo("2020-02-01 2020-01-02 2020-12-31");
    }

    @Test
    void theTransactionsTimestampTakesThePlaceOfNow() throws Exception {
        replay(two.transaction("CREATE TABLE moments(id int PRIMARY KEY, z timestamptz, l timestamp, t text)"));
        String sql = "INSERT INTO moments VALUES ($1, now(), LOCALTIMESTAMP, $2) RETURNING z";
        two.master.query("SET TimeZone = 'Asia/Kathmandu'");
        two.master.query("BEGIN");
        long zoned = micros("timestamptz_send(now())");
        long local = micros("timestamp_send(localtimestamp)");
        two.master.query("SET LOCAL search_path = public");
        two.master.query(sql, "1", "one");
        two.master.query("COMMIT");
        two.master.query("RESET TimeZone");
        Form.Rerun rerun = new Form.Rerun(
                List.of(time(sql, "now()", true), time(sql, "LOCALTIMESTAMP", false)),
                sql.indexOf(" RETURNING"),
                Optional.empty());
        replay(two.rerun(zoned, List.of(said(sql, "1", "one")), new Form.Statements(List.of(rerun), local)));
        assertThat(ask("SELECT (z AT TIME ZONE 'UTC' + interval '5 h 45 min' = l)::text FROM public.moments"))
                .isEqualTo("true");
        assertThat(alarms).isEmpty();
    }

    private long micros(String sent) throws Exception {
        String hex = String.valueOf(
                two.master.query("SELECT encode(" + sent + ", 'hex')").getFirst()[0]);
        return Long.parseUnsignedLong(hex, 16) + Moment.MICROS_FROM_1970_TO_2000;
    }

    private static Form.Time time(String sql, String mention, boolean zoned) {
        int start = sql.indexOf(mention);
        return new Form.Time(start, start + mention.length(), zoned);
    }

    @Test
    void whatAStatementDidIsCompared() throws Exception {
        replay(
                two.transaction(
                        "CREATE TABLE compared(id int PRIMARY KEY, \"odd \"\"name\" text, n numeric)",
                        "CREATE TABLE log_of(id int, d date DEFAULT '2020-02-01')"),
                two.transaction("INSERT INTO compared VALUES (1, 'a', 1.50), (2, 'b', 2)"));
        replay(
                two.checked("INSERT INTO compared AS c VALUES (3, 'x\"\\,(', 1.0) RETURNING c.id"),
                two.checked("UPDATE compared AS u SET n = u.n * 1.10 WHERE u.id = 1"),
                two.checked("INSERT INTO log_of(id) VALUES (1)"),
                two.checked("DELETE FROM compared WHERE id = 2"));
        assertThat(alarms).isEmpty();
    }

    /** The seeded mistake: what the whitelist must never let through is logged as a statement. */
    @Test
    void aStatementThatDoesSomethingElseHereIsNoticedAndPutRight() throws Exception {
        replay(two.transaction(
                "CREATE TABLE dice(id int PRIMARY KEY, f float8, t text)",
                "CREATE SEQUENCE thrown",
                "CREATE FUNCTION failing_elsewhere() RETURNS text LANGUAGE plpgsql AS"
                        + " $$ BEGIN IF current_database() = 'replica' THEN RAISE 'no'; END IF; RETURN 'yes'; END $$"));
        IndexedEntry fine = two.checked("INSERT INTO dice VALUES (1, 1, 'sure')");
        IndexedEntry random = two.checked("INSERT INTO dice VALUES (2, random(), 'perhaps')");
        IndexedEntry failing = two.checked("INSERT INTO dice VALUES (3, 0, failing_elsewhere())");
        IndexedEntry elsewhere = two.checked("UPDATE dice SET f = pg_backend_pid() WHERE id = 1");
        replay(fine, random, failing, elsewhere, two.transaction("DELETE FROM dice WHERE id = 2"));
        assertThat(alarms)
                .hasSize(3)
                .anyMatch(a -> a.startsWith(random.index() + ": INSERT INTO dice VALUES (2, random(), 'perhaps'): "))
                .anyMatch(a -> a.startsWith(failing.index() + ": ") && a.contains("no"))
                .anyMatch(a -> a.startsWith(elsewhere.index() + ": "));
    }

    @Test
    void aDatabaseWithoutTheRowHasDivergedWhateverTheStatement() throws Exception {
        replay(two.transaction("CREATE TABLE gone(id int PRIMARY KEY, n int)", "INSERT INTO gone VALUES (1, 1)"));
        Backend stranger = two.connect("replica", "postgres");
        stranger.query("DELETE FROM public.gone");
        IndexedEntry update = two.checked("UPDATE gone SET n = 2 WHERE id = 1");
        assertThat(replayer.apply(List.of(update), QUIET))
                .isEqualTo(new Diverged(update.index(), "public.gone", "1 row(s)", "0 row(s)"));
        assertThat(alarms).isEmpty();
        stranger.query("INSERT INTO public.gone VALUES (1, 1)");
        stranger.discard();
        replay(update);
    }

    private static LoggedStatement said(String sql, String... parameters) {
        List<Parameter> bound = new ArrayList<>();
        for (String p : parameters) {
            bound.add(new Parameter(0, false, p.getBytes(StandardCharsets.UTF_8)));
        }
        return new LoggedStatement(sql, bound, 1);
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

package io.understudy.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.backend.Backend;
import io.understudy.backend.Credentials;
import io.understudy.backend.Login;
import io.understudy.backend.PoolLimits;
import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.backend.Servers;
import io.understudy.backend.TestPostgres;
import io.understudy.capture.LargeCapture;
import io.understudy.capture.NetChanges;
import io.understudy.capture.Seal;
import io.understudy.capture.Sealed;
import io.understudy.capture.Secret;
import io.understudy.capture.SeenDdl;
import io.understudy.capture.SequenceReading;
import io.understudy.capture.ShapesAtCut;
import io.understudy.capture.StaleShapeException;
import io.understudy.catalog.Migrations;
import io.understudy.log.Entry;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.SequencePosition;
import io.understudy.log.SessionContext;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** A server with two databases: transactions run in one, with capture, and are replayed in the other. */
final class TwoDatabases implements AutoCloseable {
    static final Map<String, String> WRITES = Map.of("client_encoding", "UTF8", "default_transaction_read_only", "off");
    static final SessionContext PUBLIC = new SessionContext("postgres", Map.of("search_path", "public"));

    /** A transaction is large soon, and in many pieces. */
    static final Seal.Limits LIMITS = new Seal.Limits(1 << 20, 64 << 20, 1 << 16);

    final TestPostgres server;
    final Servers servers = new Servers(PoolLimits.of(20));
    final Backend master;
    private final Seal seal;
    final FakeLog log = new FakeLog((index, entry) -> {});

    private TwoDatabases(TestPostgres server) throws Exception {
        this.server = server;
        server.execute("CREATE DATABASE master", "CREATE DATABASE replica");
        for (String database : List.of("master", "replica")) {
            new Migrations(url(database), "postgres", server.password()).run(server.password(), false);
        }
        try (Connection node =
                DriverManager.getConnection(Migrations.withWrites(url("master")), "postgres", server.password())) {
            seal = new Seal(Secret.renew(node), LIMITS);
        }
        master = connect("master", "postgres");
    }

    static TwoDatabases start() throws Exception {
        TestPostgres server = TestPostgres.start("fsync=on", "max_connections=50");
        try {
            return new TwoDatabases(server);
        } catch (Exception e) {
            server.close();
            throw e;
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + server.address().port() + "/" + database;
    }

    Backend connect(String database, String user) throws IOException {
        return servers.connect(
                server.address(), new Login(user, database, new Credentials.Password(server.password())), WRITES);
    }

    /** Connections of the replaying role to the second database. */
    ApplyConnections.Connection applyConnection() throws IOException {
        Backend b = connect("replica", "understudy_apply");
        return new ApplyConnections.Connection() {
            @Override
            public Queries queries() {
                return b;
            }

            @Override
            public int pid() {
                return b.pid();
            }

            @Override
            public void close() {
                b.discard();
            }
        };
    }

    /** Runs a transaction on the master and makes its entry. */
    IndexedEntry transaction(String... statements) throws IOException, ServerError {
        ShapesAtCut shapes = new ShapesAtCut();
        // a test that failed may have left one open
        master.query("ROLLBACK");
        master.query("BEGIN");
        master.query("SET LOCAL search_path = public");
        for (String sql : statements) {
            shapes.beforeDdl(master);
            master.query(sql);
        }
        Sealed sealed = seal.seal(master, false, true, Seal.Sequences.ALL);
        shapes.afterSeal(master, sealed);
        List<NetChanges.Cut> cuts = new ArrayList<>();
        for (SeenDdl d : sealed.loggedDdl()) {
            LoggedStatement statement = new LoggedStatement(String.valueOf(d.query()), List.of(), -1);
            cuts.add(new NetChanges.Cut(d.at(), new Form.Ddl(statement, PUBLIC)));
        }
        List<SequencePosition> positions =
                sealed.sequences().stream().map(SequenceReading::position).toList();
        try {
            if (sealed.large().isEmpty()) {
                Form.Rows rows = new NetChanges(shapes).of(sealed.rows(), cuts);
                master.query("COMMIT");
                return entry(rows, List.of(), PUBLIC, positions);
            }
            UUID token = UUID.randomUUID();
            Form form = chunks(token, seal.large(master, shapes, cuts));
            master.query("COMMIT");
            return entry(token, form, List.of(), PUBLIC, positions);
        } catch (StaleShapeException e) {
            throw new IOException(e);
        }
    }

    private Form.Chunks chunks(UUID token, LargeCapture capture) throws IOException, ServerError {
        List<Long> indexes = new ArrayList<>();
        for (List<Form.Part> parts = capture.next(); !parts.isEmpty(); parts = capture.next()) {
            indexes.add(log.append(new Entry.Chunk(UUID.randomUUID(), Entries.P1, 1, token, indexes.size(), parts)));
        }
        capture.finish();
        return new Form.Chunks(indexes);
    }

    /** An entry of statement form; the statement is run on the master too. */
    IndexedEntry statement(LoggedStatement statement, SessionContext context) throws IOException, ServerError {
        master.query("BEGIN");
        master.query(
                "SELECT set_config('search_path', $1, true)", context.settings().get("search_path"));
        long[] rows =
                master.pipeline().add(statement.sql(), statement.parameters()).run();
        assertThat(rows).containsExactly(1);
        master.query("COMMIT");
        return entry(new Form.Statements(), List.of(statement), context, List.of());
    }

    /** The entry of statements that ran already. */
    IndexedEntry rerun(long timestampMicros, List<LoggedStatement> statements, Form.Statements form) {
        return control(new Entry.Transaction(
                UUID.randomUUID(),
                Entries.P1,
                1,
                0,
                timestampMicros,
                log.committedIndex() + 1,
                PUBLIC,
                statements,
                form,
                List.of()));
    }

    /** Runs a statement that changes one row and makes an entry of statement form that says what it changed. */
    IndexedEntry checked(String sql) throws IOException, ServerError {
        IndexedEntry rows = transaction(sql);
        Form.Rows form = (Form.Rows) ((Entry.Transaction) rows.entry()).form();
        Form.TableChanges captured = (Form.TableChanges) form.parts().getFirst();
        assertThat(captured.changes()).hasSize(1);
        int returning = sql.indexOf(" RETURNING");
        Form.Rerun rerun = new Form.Rerun(List.of(), returning < 0 ? sql.length() : returning, Optional.of(captured));
        Entry.Transaction t = (Entry.Transaction) rows.entry();
        return new IndexedEntry(
                rows.index(),
                new Entry.Transaction(
                        t.id(),
                        t.process(),
                        t.epoch(),
                        t.xid(),
                        t.timestampMicros(),
                        t.commitMicros(),
                        PUBLIC,
                        List.of(new LoggedStatement(sql, List.of(), 1)),
                        new Form.Statements(List.of(rerun), 0),
                        t.sequences()),
                false);
    }

    IndexedEntry entry(
            Form form, List<LoggedStatement> statements, SessionContext context, List<SequencePosition> positions) {
        return entry(UUID.randomUUID(), form, statements, context, positions);
    }

    private IndexedEntry entry(
            UUID token,
            Form form,
            List<LoggedStatement> statements,
            SessionContext context,
            List<SequencePosition> positions) {
        long micros = log.committedIndex() + 1;
        return control(new Entry.Transaction(token, Entries.P1, 1, 0, 0, micros, context, statements, form, positions));
    }

    IndexedEntry control(Entry entry) {
        return new IndexedEntry(log.append(entry), entry, false);
    }

    /** Every user table's rows, in any order, and where sequences stand. */
    Map<String, String> contents(String database) throws IOException, ServerError {
        Backend b = connect(database, "postgres");
        try {
            Map<String, String> contents = new TreeMap<>();
            for (var row : b.query("SELECT quote_ident(nspname) || '.' || quote_ident(relname), relkind FROM pg_class c"
                    + " JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'm', 'S')"
                    + " AND nspname !~ '^(pg_|information_schema|understudy)' ORDER BY 1")) {
                String sql = "S".equals(row[1])
                        ? "SELECT last_value || ' ' || is_called FROM " + row[0]
                        : "SELECT count(*) || ': ' || left(min(x COLLATE \"C\"), 300) || ' … ' || left(max(x COLLATE \"C\"), 300) || ' ' || sum(hashtextextended(x, 0)::numeric) || ' ' || sum(hashtextextended(x, 1)::numeric) FROM (SELECT textin(record_out(\"whole row\")) AS x FROM ONLY "
                                + row[0] + " AS \"whole row\") AS u";
                contents.put(String.valueOf(row[0]), String.valueOf(b.query(sql).getFirst()[0]));
            }
            return contents;
        } finally {
            b.discard();
        }
    }

    long count(String database, String sql) throws IOException, ServerError {
        Backend b = connect(database, "postgres");
        try {
            return Long.parseLong(String.valueOf(b.query(sql).getFirst()[0]));
        } finally {
            b.discard();
        }
    }

    void assertEqual() throws IOException, ServerError {
        Map<String, String> master = contents("master");
        assertThat(contents("replica")).isEqualTo(master).isNotEmpty();
    }

    /** What the second database says it has applied. */
    long appliedIndex() throws IOException, ServerError {
        Backend b = connect("replica", "postgres");
        try {
            return AppliedRows.highest(b, index -> Optional.empty());
        } finally {
            b.discard();
        }
    }

    @Override
    public void close() throws Exception {
        servers.close();
        server.close();
    }
}

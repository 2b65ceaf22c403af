package io.understudy.adoption;

import io.understudy.adoption.ServerCheck.Asked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A database that was in use before it became a node's, while others may still write into it directly. Its adoption ends when nobody may any more; from then on the log says all that happens to it. Each step may
 * be repeated. The node does not run meanwhile.
 */
public final class Adoption {
    private static final Duration END_MAX = Duration.ofSeconds(10);
    private static final long PAUSE_MILLIS = 50;

    private static final String OTHERS =
            " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    + " AND backend_type = 'client backend'";

    /** For people. */
    private static final String SESSIONS =
            "SELECT format('%s%s from %s, for %s s%s', usename, ' (' || nullif(application_name, '') || ')',"
                    + " coalesce(client_addr::text, 'this machine'), extract(epoch FROM now() - backend_start)::bigint,"
                    + " CASE WHEN state <> 'idle' THEN ', ' || state END)" + OTHERS
                    + " AND application_name NOT LIKE 'understudy node%' ORDER BY backend_start";

    /** Made by every database already, or said of this server and its operator. */
    private static final Pattern NOT_FOR_OTHERS = Pattern.compile(
            "(?i)^(CREATE DATABASE |ALTER DATABASE \\S+ SET default_transaction_read_only |SET |SELECT pg_catalog\\.set_config)");

    private static final Pattern OF_PSQL = Pattern.compile("^\\\\(un)?(restrict|connect)\\b.*$");

    /** How the statement begins that makes an enum, and a statement that gives its labels their numbers here: defaults and partitions' bounds hold the numbers, so the next statement may need them. */
    private static final String LABELS =
            "SELECT coalesce('CREATE EXTENSION IF NOT EXISTS ' || quote_ident(x.extname) || ' ', format('CREATE TYPE %I.%I AS ENUM ', n.nspname, t.typname)),"
                    + " format('SELECT understudy.number_labels(%L, %L, %L, %L)', n.nspname, t.typname,"
                    + " array_agg(e.enumlabel::text ORDER BY e.oid)::text, array_agg(e.oid ORDER BY e.oid)::text)"
                    + " FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace"
                    + " LEFT JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'"
                    + " LEFT JOIN pg_extension x ON d.refclassid = 'pg_extension'::regclass AND x.oid = d.refobjid"
                    + " GROUP BY x.extname, n.nspname, t.typname ORDER BY n.nspname, t.typname";

    private final Dsn dsn;

    /** @param dsn of the database, as the node's superuser */
    public Adoption(Dsn dsn) {
        this.dsn = dsn;
    }

    /**
     * How things stand.
     *
     * @param begun when; as the server writes it
     * @param others sessions that are there now, for people
     */
    public record State(String begun, List<String> others) {}

    /** @return empty if the database is not being adopted */
    public Optional<State> look() throws SQLException {
        try (Connection c = dsn.connect();
                Statement s = c.createStatement()) {
            Asked asked = new Asked(s);
            if (!asked.holds("SELECT to_regclass('understudy.adoption') IS NOT NULL")) {
                return Optional.empty();
            }
            List<String> begun = asked.list("SELECT begun::text FROM understudy.adoption");
            return begun.isEmpty() ? Optional.empty() : Optional.of(new State(begun.getFirst(), asked.list(SESSIONS)));
        }
    }

    /**
     * From now on only the node writes: others' sessions are ended, and those that come can only read.
     *
     * @throws IOException if somebody does not go, or a transaction is prepared that is nobody's
     */
    public void close() throws SQLException, IOException, InterruptedException {
        try (Connection c = dsn.connect();
                Statement s = c.createStatement()) {
            Asked asked = new Asked(s);
            List<String> prepared = asked.prepared();
            if (!prepared.isEmpty()) {
                throw new IOException("transactions are prepared and not decided (" + Names.some(prepared)
                        + "): decide them, or start the node once more, which decides its own");
            }
            s.execute("ALTER DATABASE " + asked.one("SELECT quote_ident(current_database())")
                    + " SET default_transaction_read_only = on");
            long end = System.nanoTime() + END_MAX.toNanos();
            while (!asked.list("SELECT pg_terminate_backend(pid)" + OTHERS).isEmpty()) {
                if (System.nanoTime() > end) {
                    throw new IOException(
                            "sessions do not end: " + Names.some(asked.list("SELECT usename || ' ' || pid" + OTHERS)));
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    /**
     * Whether the database has the effects of a transaction, and so of all before it.
     *
     * @param index of its entry
     * @param xid of the master's, an xid8
     */
    public boolean has(long index, long xid) throws SQLException {
        try (Connection c = dsn.connect();
                Statement s = c.createStatement()) {
            return new Asked(s)
                    .holds("SELECT EXISTS (SELECT FROM understudy.applied WHERE idx = " + index + " AND xid = '"
                            + Long.toUnsignedString(xid) + "' OR idx >= " + index + " AND by = 'understudy_apply')");
        }
    }

    /**
     * The statements, in order, that make what there is in an empty database: roles with their passwords' verifiers (all nodes need the same ones), the schema without Understudy's things, what is set for the
     * database; without rows.
     *
     * @param split takes a text of SQL apart into statements
     */
    public List<String> schema(Programs programs, Function<String, List<String>> split)
            throws SQLException, IOException, InterruptedException {
        Path archive = Files.createTempFile("understudy-", ".dump");
        Path list = Files.createTempFile("understudy-", ".list");
        try {
            List<String> text = new ArrayList<>(
                    Dump.roles(dsn, programs.run(dsn, "pg_dumpall", "--roles-only", "--dbname=" + dsn.libpq())));
            programs.run(
                    dsn,
                    "pg_dump",
                    "--format=custom",
                    "--schema-only",
                    "--no-subscriptions",
                    "--exclude-schema=understudy",
                    "--file=" + archive,
                    "--dbname=" + dsn.libpq());
            Files.write(list, Dump.restored(programs.run(dsn, "pg_restore", "--list", archive.toString())));
            text.addAll(
                    programs.run(dsn, "pg_restore", "--create", "--file=-", "--use-list=" + list, archive.toString()));
            text.removeIf(line -> OF_PSQL.matcher(line).matches());
            return withNumbers(wanted(split.apply(String.join("\n", text))));
        } finally {
            Files.deleteIfExists(archive);
            Files.deleteIfExists(list);
        }
    }

    private List<String> withNumbers(List<String> statements) throws SQLException {
        Map<String, List<String>> numbers = new TreeMap<>();
        try (Connection c = dsn.connect();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(LABELS)) {
            while (r.next()) {
                numbers.computeIfAbsent(r.getString(1), made -> new ArrayList<>())
                        .add(r.getString(2));
            }
        }
        List<String> whole = new ArrayList<>();
        for (String sql : statements) {
            whole.add(sql);
            numbers.forEach((made, numbering) -> {
                if (sql.startsWith(made)) {
                    whole.addAll(numbering);
                }
            });
        }
        return whole;
    }

    private static List<String> wanted(List<String> statements) {
        return statements.stream()
                .map(Adoption::withoutComments)
                .filter(sql -> !sql.isEmpty() && !NOT_FOR_OTHERS.matcher(sql).find())
                .toList();
    }

    /** Those in front, which say where in the archive it was. */
    private static String withoutComments(String sql) {
        String rest = sql.strip();
        while (rest.startsWith("--")) {
            int end = rest.indexOf('\n');
            rest = end < 0 ? "" : rest.substring(end + 1).strip();
        }
        return rest;
    }

    /** The log is about to begin behind that entry: if the rest does not follow, the node says so when it is started. */
    public void finishing(long index) throws SQLException {
        try (Connection c = dsn.connect();
                PreparedStatement s = c.prepareStatement("UPDATE understudy.adoption SET base = ?")) {
            s.setLong(1, index);
            s.execute();
        }
    }

    /**
     * The database stands at that entry, and belongs to the node alone. Durable when it returns, with all that was committed before.
     *
     * @param index behind which the log begins
     */
    public void finished(long index) throws SQLException {
        Dsn replaying = new Dsn(dsn.name(), dsn.url(), "understudy_apply", dsn.password());
        try (Connection c = replaying.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.execute("SET LOCAL synchronous_commit = on");
            s.execute("DELETE FROM understudy.change");
            s.execute("DELETE FROM understudy.ddl_seen");
            s.execute("DELETE FROM understudy.applied");
            s.execute("INSERT INTO understudy.applied (idx) VALUES (" + index + ")");
            s.execute("DELETE FROM understudy.adoption");
            c.commit();
        }
    }
}

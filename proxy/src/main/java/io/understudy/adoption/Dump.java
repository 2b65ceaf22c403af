package io.understudy.adoption;

import io.understudy.adoption.ServerCheck.Asked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A dump of a replica's database, taken while it goes on, of the state after one entry of the log, and free of Understudy's things: ordinary PostgreSQL restores it, and so does a cluster. By
 * PostgreSQL's own programs, which must be there and not older than the server.
 *
 * <p>A directory gets {@code database.dump} (pg_dump's custom format), {@code database.list} (what of it is to be restored: {@code pg_restore -L}), {@code roles.sql}.
 */
public final class Dump {
    private static final Pattern OURS = Pattern.compile("^\\d+; \\d+ \\d+ (EVENT )?TRIGGER .* {2,3}understudy( .*)?$");

    static final String ARCHIVE = "database.dump";
    static final String LIST = "database.list";
    static final String ROLES = "roles.sql";

    private final Dsn dsn;
    private final Programs programs;

    /**
     * What was dumped.
     *
     * @param index the dump has the effects of every entry up to this one and of none after it
     */
    public record Done(long index, String server, String version, String at) {}

    /** @param dsn of the replica's own PostgreSQL, as a superuser */
    public Dump(Dsn dsn, Programs programs) {
        this.dsn = dsn;
        this.programs = programs;
    }

    /**
     * Takes it.
     *
     * @param out a directory that is not there yet, or is empty
     * @throws IOException if that cannot be written, or a program fails; with its words
     */
    public Done run(Path out) throws SQLException, IOException, InterruptedException {
        Files.createDirectories(out);
        try (var there = Files.list(out)) {
            if (there.findAny().isPresent()) {
                throw new IOException(out + " is not empty: a dump goes into a directory of its own");
            }
        }
        try (Connection c = dsn.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            Asked asked = new Asked(s);
            long index = index(asked);
            String snapshot = asked.one("SELECT pg_export_snapshot()");
            Path dump = out.resolve(ARCHIVE);
            programs.run(
                    dsn,
                    "pg_dump",
                    "--format=custom",
                    "--snapshot=" + snapshot,
                    "--exclude-schema=understudy",
                    "--file=" + dump,
                    "--dbname=" + dsn.libpq());
            Files.write(out.resolve(LIST), restored(programs.run(dsn, "pg_restore", "--list", dump.toString())));
            Files.write(
                    out.resolve(ROLES),
                    roles(dsn, programs.run(dsn, "pg_dumpall", "--roles-only", "--dbname=" + dsn.libpq())));
            Done done = new Done(
                    index,
                    dsn.name(),
                    asked.one("SHOW server_version"),
                    Instant.now().toString());
            c.rollback();
            return done;
        }
    }

    /** On a replica only: what a master's clients have committed themselves is not told from what they could have written there. */
    private long index(Asked asked) throws SQLException, IOException {
        if (!asked.holds("SELECT to_regclass('understudy.applied') IS NOT NULL")) {
            throw new IOException(dsn.name() + " is no node's database: pg_dump alone does for it");
        }
        String replayed = asked.one("SELECT coalesce(understudy.replayed(), 0)");
        if (asked.holds("SELECT coalesce(max(idx), 0) > " + replayed + " FROM understudy.applied")) {
            throw new IOException(
                    dsn.name() + " is the master's: take the dump of a replica, which costs nobody anything");
        }
        return Long.parseLong(replayed);
    }

    /** Of an archive's list of contents what is not Understudy's. */
    static List<String> restored(List<String> list) {
        return list.stream().filter(line -> !OURS.matcher(line).matches()).toList();
    }

    /** Who restores is there already. */
    static List<String> roles(Dsn dsn, List<String> lines) {
        return lines.stream()
                .filter(line -> !line.matches(".*\\bunderstudy_apply\\b.*")
                        && !line.startsWith("\\")
                        && !line.equals("CREATE ROLE " + dsn.user() + ";"))
                .toList();
    }
}

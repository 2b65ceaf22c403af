package io.understudy.adoption;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Puts a {@link Dump} into a database: through a node into a cluster, or into an ordinary server. What it makes must not be there yet. */
public final class Restore {
    private static final String ALREADY_THERE = "42710";

    private final Dsn dsn;
    private final Programs programs;

    /** @param dsn of the database, which is there, as a superuser; a node's client port for a cluster */
    public Restore(Dsn dsn, Programs programs) {
        this.dsn = dsn;
        this.programs = programs;
    }

    /**
     * Does it.
     *
     * @param from a dump's directory
     * @param dataOnly into tables that are there, and empty; no roles
     */
    public void run(Path from, boolean dataOnly) throws SQLException, IOException, InterruptedException {
        if (!Files.exists(from.resolve(Dump.LIST))) {
            throw new IOException(from + " holds no dump: there is no " + Dump.LIST);
        }
        if (!dataOnly) {
            roles(from.resolve(Dump.ROLES));
        }
        String archive = from.resolve(Dump.ARCHIVE).toString();
        String list = "--use-list=" + from.resolve(Dump.LIST);
        String database = "--dbname=" + dsn.libpq();
        if (dataOnly) {
            programs.run(
                    dsn, "pg_restore", "--exit-on-error", "--data-only", "--disable-triggers", list, database, archive);
        } else {
            programs.run(dsn, "pg_restore", "--exit-on-error", list, database, archive);
        }
    }

    /** One statement a line, as pg_dumpall writes them. Those that are there get the dump's attributes and passwords. */
    private void roles(Path file) throws SQLException, IOException {
        try (Connection c = dsn.connect();
                Statement s = c.createStatement()) {
            for (String line : Files.readAllLines(file)) {
                if (line.isBlank() || line.startsWith("--")) {
                    continue;
                }
                try {
                    s.execute(line);
                } catch (SQLException e) {
                    if (!ALREADY_THERE.equals(e.getSQLState())) {
                        throw new SQLException("roles: " + e.getMessage(), e.getSQLState(), e);
                    }
                }
            }
        }
    }
}

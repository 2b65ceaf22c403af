package io.understudy.node;

import io.understudy.backend.ServerAddress;
import io.understudy.backend.Servers;
import io.understudy.capture.CrashMark;
import io.understudy.capture.Guard;
import io.understudy.capture.Secret;
import io.understudy.catalog.CatalogCache;
import io.understudy.catalog.CatalogReader;
import io.understudy.catalog.Migrations;
import io.understudy.catalog.UnsuitableServerException;
import io.understudy.config.NodeConfig;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The set-up of this node's PostgreSQL: migrations, clean start, what a master needs before it opens. */
final class LocalServer {
    private static final Logger LOG = LoggerFactory.getLogger(LocalServer.class);
    private static final String OWN = "understudy node ";
    private static final Duration LEFT_OVER_MAX = Duration.ofSeconds(20);
    private static final int END_READS_TIMES = 3;
    private static final Duration END_READS_EVERY = Duration.ofMillis(300);

    private final NodeConfig config;
    private final UUID process;
    private final Servers servers;
    private final DataSource source;
    private final CatalogReader reader = new CatalogReader();
    private final CatalogCache catalog;
    private volatile boolean adopting;

    LocalServer(NodeConfig config, UUID process, Servers servers, CatalogCache catalog) {
        this.config = config;
        this.process = process;
        this.servers = servers;
        this.catalog = catalog;
        NodeConfig.Postgres p = config.postgres();
        this.source =
                servers.jdbc(new ServerAddress(p.host(), p.port()), p.user(), p.password(), config.database(), name());
    }

    /** By which this node knows its own sessions; those that it ends are others'. */
    private String name() {
        return OWN + process + " " + config.node();
    }

    DataSource source() {
        return source;
    }

    CatalogReader reader() {
        return reader;
    }

    /** Migrations; may be repeated. */
    void migrate() throws SQLException, UnsuitableServerException {
        NodeConfig.Postgres p = config.postgres();
        String url = servers.jdbcUrl(NodeAddresses.server(config), config.database(), name());
        adopting = new Migrations(url, p.user(), p.password()).run(p.password(), p.adopt());
    }

    /** Whether others may write into the database directly, until its adoption is finished. */
    boolean adopting() {
        return adopting;
    }

    /**
     * Ends every backend a predecessor left and waits until they are gone, so that nothing it began can still commit.
     *
     * @return the new secret by which the proxy proves itself to its database
     */
    String takeOver() throws SQLException {
        try (Connection c = source.getConnection()) {
            long deadline = System.nanoTime() + LEFT_OVER_MAX.toNanos();
            while (terminateOthers(c) > 0) {
                if (System.nanoTime() > deadline) {
                    throw new SQLException("backends of an earlier proxy do not end");
                }
                pause();
            }
            return Secret.renew(c);
        }
    }

    /** A new secret, for a schema that was made again. */
    String renewSecret() throws SQLException {
        try (Connection c = source.getConnection()) {
            return Secret.renew(c);
        }
    }

    /**
     * Ends clients' sessions on the server, those of other nodes too; not what replays and watches.
     *
     * @param all whether those too that are not inside of a transaction block: others read nothing more here anyway
     */
    void endSessions(boolean all) throws SQLException {
        try (Connection c = source.getConnection();
                PreparedStatement s = c.prepareStatement("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                        + " AND usename <> 'understudy_apply' AND application_name NOT LIKE ?"
                        + (all ? "" : " AND state LIKE 'idle in transaction%'"))) {
            s.setString(1, OWN + process + "%");
            s.execute();
        }
    }

    /** How many sessions of clients are in the middle of something on the server, those of other nodes too. */
    int busySessions() throws SQLException {
        try (Connection c = source.getConnection();
                PreparedStatement s =
                        c.prepareStatement("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'"
                                + " AND usename <> 'understudy_apply' AND application_name NOT LIKE ?");
                ResultSet r = withApplicationName(s)) {
            r.next();
            return r.getInt(1);
        }
    }

    /**
     * Who is in the middle of a transaction would go on reading here; nodes that had not heard of it yet may have begun another one.
     *
     * @param forbidden whether nothing may be read here: a repaired database is not to lose its sessions
     */
    void endReads(BooleanSupplier forbidden) {
        try {
            for (int i = 0; i < END_READS_TIMES && forbidden.getAsBoolean(); i++) {
                endSessions(false);
                Thread.sleep(END_READS_EVERY);
            }
        } catch (SQLException e) {
            LOG.warn("sessions on a database in quarantine could not be ended: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int terminateOthers(Connection c) throws SQLException {
        try (PreparedStatement s = c.prepareStatement(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND application_name NOT LIKE ?"
                                + (adopting ? " AND application_name LIKE '" + OWN + "%'" : ""));
                ResultSet r = withApplicationName(s)) {
            int n = 0;
            while (r.next()) {
                n++;
            }
            return n;
        }
    }

    private ResultSet withApplicationName(PreparedStatement s) throws SQLException {
        // By this run's id, which no client of an earlier one can have taken as its own name.
        s.setString(1, OWN + process + "%");
        return s.executeQuery();
    }

    private static void pause() throws SQLException {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", e);
        }
    }

    void readCatalog() throws SQLException {
        long changes = catalog.changes();
        String before = catalog.get().roleSettings();
        try (Connection c = source.getConnection()) {
            catalog.set(reader.read(c), changes);
        }
        if (!before.equals(catalog.get().roleSettings())) {
            // What a session begins with is settled when its connection is made.
            servers.renew();
        }
    }

    /** What a master needs before its first transaction: nothing uncaptured, no sequence value given twice, the mark that tells of a crash. */
    void prepareMaster(UUID process) throws SQLException {
        try (Connection c = source.getConnection()) {
            List<String> missing = Guard.missing(c);
            if (!missing.isEmpty()) {
                throw new SQLException("event triggers of the guard are missing or off: " + missing);
            }
            List<String> unguarded = Guard.unguarded(c);
            if (!unguarded.isEmpty()) {
                LOG.warn("capture triggers were missing and are put back: {}", unguarded);
                Guard.install(c);
            }
            try (Statement s = c.createStatement()) {
                s.execute("SELECT understudy.pass_ceilings()");
            }
            CrashMark.write(c, process);
        }
        readCatalog();
    }

    /** Space of finished transactions' images. */
    void vacuumCapture() {
        try (Connection c = source.getConnection()) {
            Guard.vacuum(c);
        } catch (SQLException e) {
            LOG.debug("vacuum of the capture tables", e);
        }
    }
}

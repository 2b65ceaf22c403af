package io.understudy.catalog;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Prepares a server's database as a node's: checks it, makes role {@code understudy_apply}, applies the migrations of schema {@code understudy}, and makes sessions
 * read-only unless they say otherwise. May be repeated at every start; what is there stays.
 */
public final class Migrations {
    private static final int VERSION_MIN = 140000;
    private static final int VERSION_MAX = 189999;

    /** Behind other options of a URL; milliseconds. */
    private static final String LOCK_WAIT = "%20-c%20lock_timeout%3D2000";

    /** The same; the first migration notes it. */
    private static final String ADOPTED = "%20-c%20understudy.adopted%3Don";

    private final String url;
    private final String user;
    private final String password;

    /**
     * @param url JDBC URL of the replicated database
     * @param user a superuser
     */
    public Migrations(String url, String user, String password) {
        this.url = withWrites(url);
        this.user = user;
        this.password = password;
    }

    /** The URL with the option that our own sessions need, because the database's default is read-only. */
    public static String withWrites(String url) {
        return url + (url.contains("?") ? "&" : "?") + "options=-c%20default_transaction_read_only%3Doff";
    }

    /**
     * Does it.
     *
     * @param applyPassword password that understudy_apply gets
     * @param adopt whether user tables may be there although the server has never been a node's; then others may go on writing into them, and this takes no lock for long
     * @return whether the database is being adopted
     * @throws UnsuitableServerException if the server cannot serve
     * @throws SQLException if it cannot be reached, or refuses
     */
    public boolean run(String applyPassword, boolean adopt) throws SQLException, UnsuitableServerException {
        boolean inUse;
        try (Connection connection = DriverManager.getConnection(url, user, password)) {
            inUse = check(connection, adopt);
            applyRole(connection, applyPassword);
        }
        migrate(url + (adopt ? LOCK_WAIT : "") + (inUse ? ADOPTED : ""));
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement s = connection.createStatement()) {
            if (one(s, "SELECT count(*) FROM understudy.adoption").equals("1")) {
                require(
                        one(s, "SELECT base IS NULL FROM understudy.adoption").equals("t"),
                        "its adoption was cut off when it was being finished; run understudy adopt --finish again");
                return true;
            }
            String database = one(s, "SELECT quote_ident(current_database())");
            s.execute("ALTER DATABASE " + database + " SET default_transaction_read_only = on");
            return false;
        }
    }

    /** @return whether it holds relations and has never been a node's */
    private static boolean check(Connection connection, boolean adopt) throws SQLException, UnsuitableServerException {
        try (Statement s = connection.createStatement()) {
            int version = Integer.parseInt(one(s, "SHOW server_version_num"));
            require(
                    version >= VERSION_MIN && version <= VERSION_MAX,
                    "PostgreSQL 14 to 18 is needed, this is " + one(s, "SHOW server_version"));
            require(one(s, "SHOW fsync").equals("on"), "fsync must be on: acknowledged commits would not survive");
            require(one(s, "SHOW full_page_writes").equals("on"), "full_page_writes must be on");
            require(
                    one(s, "SHOW server_encoding").equals("UTF8"),
                    "the database's encoding must be UTF8, it is " + one(s, "SHOW server_encoding"));
            require(
                    one(s, "SELECT rolsuper FROM pg_roles WHERE rolname = session_user")
                            .equals("t"),
                    "the node's role must be a superuser");
            boolean ours = one(s, "SELECT to_regclass('understudy.applied') IS NOT NULL")
                    .equals("t");
            boolean inUse = !ours && !one(s, USER_RELATIONS).equals("0");
            require(
                    !inUse || adopt,
                    "the database already holds relations and has never been a node's; start from an empty one, or set postgres.adopt: true to adopt it");
            return inUse;
        }
    }

    private static final String USER_RELATIONS =
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid >= 16384"
                    + " AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname <> 'information_schema'"
                    + " AND n.nspname !~ '^(pg_|understudy$)'";

    private static void applyRole(Connection connection, String applyPassword) throws SQLException {
        try (Statement s = connection.createStatement()) {
            String quoted;
            try (var q = connection.prepareStatement("SELECT quote_literal(?)")) {
                q.setString(1, applyPassword);
                try (ResultSet r = q.executeQuery()) {
                    r.next();
                    quoted = r.getString(1);
                }
            }
            boolean there = !one(s, "SELECT count(*) FROM pg_roles WHERE rolname = 'understudy_apply'")
                    .equals("0");
            s.execute("SET password_encryption = 'scram-sha-256'");
            s.execute((there ? "ALTER" : "CREATE") + " ROLE understudy_apply LOGIN SUPERUSER PASSWORD " + quoted);
        }
    }

    /** Capture triggers are put on all tables in one transaction: who waits for one of them in vain lets go of the others. It is tried again. */
    private void migrate(String connectedBy) throws SQLException {
        try {
            Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(connectedBy, user, password)
                    .defaultSchema("understudy")
                    .createSchemas(true)
                    .locations("classpath:understudy/migration")
                    .placeholderReplacement(false)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new SQLException("schema understudy could not be made: " + e.getMessage(), e);
        }
    }

    private static void require(boolean holds, String otherwise) throws UnsuitableServerException {
        if (!holds) {
            throw new UnsuitableServerException(otherwise);
        }
    }

    private static String one(Statement s, String sql) throws SQLException {
        try (ResultSet r = s.executeQuery(sql)) {
            if (!r.next()) {
                throw new SQLException("no answer to " + sql);
            }
            return r.getString(1);
        }
    }
}

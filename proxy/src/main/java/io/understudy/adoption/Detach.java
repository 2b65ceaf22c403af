package io.understudy.adoption;

import io.understudy.adoption.ServerCheck.Asked;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes everything of Understudy out of a server: event triggers, capture triggers, schema, role and settings. What applications made stays as it is. In one transaction: afterwards all is gone, or
 * nothing.
 */
public final class Detach {
    private static final String OURS = "(SELECT oid FROM pg_proc WHERE pronamespace = to_regnamespace('understudy'))";

    private final Dsn dsn;

    /** @param dsn as a superuser */
    public Detach(Dsn dsn) {
        this.dsn = dsn;
    }

    /** A reason not to touch the server. */
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * Looks what there is to be taken out.
     *
     * @return for people; empty if there is nothing of Understudy's
     */
    public List<String> look() throws SQLException {
        try (Connection c = dsn.connect();
                Statement s = c.createStatement()) {
            return there(new Asked(s));
        }
    }

    /**
     * Takes it out.
     *
     * @return what it was, for people
     * @throws RefusedException if a node uses the server, or something of the applications' would go with it
     */
    public List<String> run() throws SQLException, RefusedException {
        try (Connection c = dsn.connect();
                Statement s = c.createStatement()) {
            Asked asked = new Asked(s);
            requireUnused(asked);
            List<String> there = there(asked);
            c.setAutoCommit(false);
            // Event triggers of applications are none of this.
            s.execute("SET LOCAL session_replication_role = replica");
            s.execute("SET LOCAL lock_timeout = '10s'");
            for (String sql : statements(asked)) {
                s.execute(sql);
            }
            c.commit();
            return there;
        }
    }

    private static void requireUnused(Asked asked) throws SQLException, RefusedException {
        if (!asked.holds("SELECT rolsuper FROM pg_roles WHERE rolname = session_user")
                || asked.one("SELECT session_user").equals("understudy_apply")) {
            throw new RefusedException("this takes a superuser other than understudy_apply");
        }
        List<String> sessions =
                asked.list("SELECT DISTINCT coalesce(nullif(application_name, ''), usename) FROM pg_stat_activity"
                        + " WHERE usename = 'understudy_apply' OR application_name LIKE 'understudy node%' ORDER BY 1");
        if (!sessions.isEmpty()) {
            throw new RefusedException(
                    "a node uses this server (" + Names.some(sessions) + "): stop its proxy, then try again");
        }
        List<String> prepared = asked.prepared();
        if (!prepared.isEmpty()) {
            throw new RefusedException("transactions are prepared and not decided (" + Names.some(prepared)
                    + "): start the node once more, which decides them by its log");
        }
        List<String> users = asked.list("SELECT DISTINCT k.oid::regclass::text FROM pg_depend d"
                + " JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid JOIN pg_class k ON k.oid = r.ev_class"
                + " WHERE k.relnamespace IS DISTINCT FROM to_regnamespace('understudy')"
                + " AND (d.refclassid = 'pg_class'::regclass AND d.refobjid IN (SELECT oid FROM pg_class WHERE relnamespace = to_regnamespace('understudy'))"
                + " OR d.refclassid = 'pg_proc'::regclass AND d.refobjid IN " + OURS + ") ORDER BY 1");
        if (!users.isEmpty()) {
            throw new RefusedException(
                    "views use schema understudy and would go with it: drop them first: " + Names.some(users));
        }
    }

    private static List<String> there(Asked asked) throws SQLException {
        List<String> there = new ArrayList<>();
        asked.list("SELECT quote_ident(evtname) FROM pg_event_trigger WHERE evtfoid IN " + OURS + " ORDER BY 1")
                .forEach(name -> there.add("event trigger " + name));
        String triggers = asked.one("SELECT count(*) FROM pg_trigger WHERE tgfoid IN " + OURS);
        if (!triggers.equals("0")) {
            there.add(triggers + " capture triggers");
        }
        if (asked.holds("SELECT to_regnamespace('understudy') IS NOT NULL")) {
            there.add("schema understudy");
        }
        there.addAll(asked.list("SELECT 'setting: ' || what" + SETTINGS + " ORDER BY 1"));
        if (asked.holds("SELECT to_regrole('understudy_apply') IS NOT NULL")) {
            there.add("role understudy_apply");
        }
        return there;
    }

    /** What was set for databases and roles: that others are read-only, and how sessions read. */
    private static final String SETTINGS = " FROM (SELECT s.*, split_part(c, '=', 1) AS name,"
            + " CASE WHEN s.setrole = 0 THEN format('ALTER DATABASE %I RESET ', d.datname)"
            + " ELSE format('ALTER ROLE %I ', r.rolname) || CASE WHEN s.setdatabase = 0 THEN 'RESET '"
            + " ELSE format('IN DATABASE %I RESET ', d.datname) END END || split_part(c, '=', 1) AS reset,"
            + " CASE WHEN s.setrole = 0 THEN 'database ' || d.datname ELSE 'role ' || r.rolname END || ': ' || c AS what"
            + " FROM pg_db_role_setting s CROSS JOIN LATERAL unnest(s.setconfig) c"
            + " LEFT JOIN pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_roles r ON r.oid = s.setrole"
            + " WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))"
            + " AND (c LIKE 'understudy.%' OR s.setrole = 0 AND c = 'default_transaction_read_only=on'"
            + " AND to_regnamespace('understudy') IS NOT NULL)) t";

    private static List<String> statements(Asked asked) throws SQLException {
        List<String> statements = new ArrayList<>();
        // They would refuse the rest.
        asked.list("SELECT format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger WHERE evtfoid IN " + OURS)
                .forEach(statements::add);
        statements.addAll(asked.list("SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass) FROM pg_trigger"
                + " WHERE tgparentid = 0 AND tgfoid IN " + OURS));
        statements.addAll(asked.list("SELECT reset" + SETTINGS));
        statements.add("DROP SCHEMA IF EXISTS understudy CASCADE");
        if (asked.holds("SELECT to_regrole('understudy_apply') IS NOT NULL")) {
            statements.add("REASSIGN OWNED BY understudy_apply TO CURRENT_USER");
            statements.add("DROP OWNED BY understudy_apply");
            statements.add("DROP ROLE understudy_apply");
        }
        return statements;
    }
}

package io.understudy.adoption;

import io.understudy.adoption.ServerCheck.Asked;
import java.sql.SQLException;
import java.util.List;

/** The server itself and who asks: what a node demands when it starts, and what its settings limit. */
final class SettingChecks {
    private static final int VERSION_MIN = 140000;
    private static final int VERSION_MAX = 189999;
    private static final int OWN_CONNECTIONS = 20;
    private static final int POOL_MIN = 5;

    private final Asked asked;
    private final int nodes;
    private final int poolSize;

    SettingChecks(Asked asked, int nodes, int poolSize) {
        this.asked = asked;
        this.nodes = nodes;
        this.poolSize = poolSize;
    }

    void addTo(List<Finding> findings) throws SQLException {
        findings.add(version());
        findings.add(privileges());
        findings.add(setting("fsync", "on", "a commit that was acknowledged would not survive a crash: set it on"));
        findings.add(setting("full_page_writes", "on", "a crash could leave torn pages: set it on"));
        findings.add(setting("server_encoding", "UTF8", "make the database anew with ENCODING 'UTF8'"));
        findings.add(passwords());
        findings.add(connections());
        findings.add(prepared());
        findings.add(node());
    }

    private Finding version() throws SQLException {
        int version = asked.version();
        String text = asked.one("SHOW server_version");
        return version >= VERSION_MIN && version <= VERSION_MAX
                ? Finding.works("version", "PostgreSQL " + text, "")
                : Finding.change("version", "PostgreSQL " + text, "PostgreSQL 14 to 18 is needed");
    }

    private Finding privileges() throws SQLException {
        String user = asked.one("SELECT session_user");
        return asked.holds("SELECT rolsuper FROM pg_roles WHERE rolname = session_user")
                ? Finding.works("privileges", user + " is a superuser", "")
                : Finding.change(
                        "privileges",
                        user + " is no superuser",
                        "postgres.user of a node must be one: it installs event triggers and reads password verifiers."
                                + " What only superusers see was not looked at: ask again as one");
    }

    private Finding setting(String name, String wanted, String advice) throws SQLException {
        String value = asked.one("SHOW " + name);
        return value.equals(wanted) ? Finding.works(name, value, "") : Finding.change(name, "it is " + value, advice);
    }

    /** Clients log in by their roles' SCRAM verifiers. */
    private Finding passwords() throws SQLException {
        String encryption = asked.one("SHOW password_encryption");
        if (!encryption.equals("scram-sha-256")) {
            return Finding.change(
                    "passwords",
                    "password_encryption is " + encryption,
                    "set it to scram-sha-256 and give every role that logs in its password anew");
        }
        if (!asked.holds("SELECT rolsuper FROM pg_roles WHERE rolname = session_user")) {
            return Finding.works("passwords", "password_encryption is scram-sha-256; the roles' were not seen", "");
        }
        List<String> others = asked.list("SELECT rolname FROM pg_authid WHERE rolcanlogin AND rolname !~ '^understudy'"
                + " AND (rolpassword IS NULL OR rolpassword NOT LIKE 'SCRAM-SHA-256$%') ORDER BY 1");
        return others.isEmpty()
                ? Finding.works("passwords", "all roles that log in have SCRAM verifiers", "")
                : Finding.change(
                        "passwords",
                        "without a SCRAM verifier: " + Names.some(others),
                        "clients log in to nodes by SCRAM alone: give them their passwords anew (\\password), or NOLOGIN");
    }

    private Finding connections() throws SQLException {
        int there = asked.number("SHOW max_connections");
        int needed = nodes * poolSize + OWN_CONNECTIONS;
        String what = "max_connections is " + there;
        if (there >= needed) {
            return Finding.works("connections", what, "");
        }
        int fits = (there - OWN_CONNECTIONS) / nodes;
        String raise = nodes + " nodes with pool-size: " + poolSize + " may need " + needed + ": raise it";
        return fits >= POOL_MIN
                ? Finding.limited("connections", what, raise + ", or say pool-size: " + fits)
                : Finding.change("connections", what, raise);
    }

    private Finding prepared() throws SQLException {
        int there = asked.number("SHOW max_prepared_transactions");
        return there > 0
                ? Finding.works("SERIALIZABLE", "max_prepared_transactions is " + there, "so many may commit at once")
                : Finding.limited(
                        "SERIALIZABLE",
                        "max_prepared_transactions is 0",
                        "SERIALIZABLE transactions that write are refused; set it to 50, say, if there are any");
    }

    private Finding node() throws SQLException {
        if (asked.holds("SELECT to_regclass('understudy.applied') IS NOT NULL")) {
            return Finding.works("node", "the database is, or was, a node's", "understudy detach takes that out again");
        }
        int relations = asked.number("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname !~ '^pg_'"
                + " AND n.nspname <> 'information_schema'");
        return relations == 0
                ? Finding.works("node", "the database is empty", "a node can start on it")
                : Finding.limited(
                        "node",
                        "the database holds " + relations + " relations",
                        "nodes start on empty databases: start a cluster on others, then load this one through any of its"
                                + " nodes (pg_dump here, psql there)");
    }
}

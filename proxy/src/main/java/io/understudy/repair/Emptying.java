package io.understudy.repair;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes everything out of a database that was ever put into it, our own schema too, so that it is as a new one. Step by step; may be repeated. */
final class Emptying {
    private static final Logger LOG = LoggerFactory.getLogger(Emptying.class);

    /** What names are dropped by, in this order. */
    private static final List<String> DROPS = List.of(
            "SELECT 'DROP EVENT TRIGGER ' || quote_ident(evtname) FROM pg_event_trigger",
            "SELECT 'DROP PUBLICATION ' || quote_ident(pubname) FROM pg_publication",
            "SELECT 'DROP EXTENSION IF EXISTS ' || quote_ident(extname) || ' CASCADE' FROM pg_extension WHERE extname <> 'plpgsql'",
            "SELECT 'DROP FOREIGN DATA WRAPPER IF EXISTS ' || quote_ident(fdwname) || ' CASCADE' FROM pg_foreign_data_wrapper",
            "SELECT 'DROP CAST (' || format_type(castsource, null) || ' AS ' || format_type(casttarget, null) || ')' FROM pg_cast WHERE oid >= 16384",
            "SELECT 'DROP SCHEMA IF EXISTS ' || quote_ident(nspname) || ' CASCADE' FROM pg_namespace"
                    + " WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'",
            "SELECT 'DROP LANGUAGE IF EXISTS ' || quote_ident(lanname) || ' CASCADE' FROM pg_language WHERE oid >= 16384");

    private static final String ROLES =
            "SELECT quote_ident(rolname) FROM pg_roles WHERE oid >= 16384 AND rolname NOT IN ('understudy_apply', $1)";

    private Emptying() {}

    /**
     * @param q connection of {@code understudy_apply}, outside of any transaction
     * @param nodeRole the role that sets the node up, which stays
     */
    static void run(Queries q, String nodeRole) throws IOException, ServerError {
        for (String drops : DROPS) {
            for (@Nullable String[] row : q.query(drops)) {
                q.query(String.valueOf(row[0]));
            }
        }
        for (@Nullable String[] row : q.query(ROLES, nodeRole)) {
            dropRole(q, String.valueOf(row[0]));
        }
        publicSchema(q);
    }

    private static void dropRole(Queries q, String role) throws IOException, ServerError {
        try {
            q.query("DROP OWNED BY " + role + " CASCADE");
            q.query("DROP ROLE " + role);
        } catch (ServerError e) {
            LOG.info("role {} stays as it is: {}", role, e.getMessage());
        }
    }

    /** As initdb makes it. */
    private static void publicSchema(Queries q) throws IOException, ServerError {
        boolean owned = !q.query(
                        "SELECT FROM pg_roles WHERE rolname = 'pg_database_owner' AND current_setting('server_version_num')::int >= 150000")
                .isEmpty();
        String owner = owned
                ? "pg_database_owner"
                : String.valueOf(q.query("SELECT quote_ident(rolname) FROM pg_roles WHERE oid = 10")
                        .getFirst()[0]);
        q.query("CREATE SCHEMA public AUTHORIZATION " + owner);
        q.query("GRANT " + (owned ? "USAGE" : "ALL") + " ON SCHEMA public TO PUBLIC");
        q.query("COMMENT ON SCHEMA public IS 'standard public schema'");
    }
}

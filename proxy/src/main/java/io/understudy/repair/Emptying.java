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
            // Those of a range to its multirange go with their types.
            "SELECT 'DROP CAST IF EXISTS (' || format_type(castsource, null) || ' AS ' || format_type(casttarget, null) || ') CASCADE' FROM pg_cast c WHERE oid >= 16384"
                    + " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'i')",
            "SELECT 'DROP SCHEMA IF EXISTS ' || quote_ident(nspname) || ' CASCADE' FROM pg_namespace"
                    + " WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'",
            "SELECT 'DROP TRANSFORM IF EXISTS FOR ' || format_type(t.trftype, null) || ' LANGUAGE ' || quote_ident(l.lanname) || ' CASCADE'"
                    + " FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang WHERE t.oid >= 16384",
            "SELECT 'DROP ACCESS METHOD IF EXISTS ' || quote_ident(amname) || ' CASCADE' FROM pg_am WHERE oid >= 16384",
            "SELECT 'DROP LANGUAGE IF EXISTS ' || quote_ident(lanname) || ' CASCADE' FROM pg_language WHERE oid >= 16384");

    /** Default privileges of roles that stay become again what they are in a new database; those of schemas and of other roles have gone with them. */
    private static final String DEFAULT_PRIVILEGES = """
            WITH given AS (
              SELECT quote_ident(r.rolname) AS role, d.defaclacl AS acl,
                     acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's'::"char" ELSE d.defaclobjtype END, d.defaclrole) AS usual,
                     CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES'
                          WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END AS objects
                FROM pg_default_acl d JOIN pg_roles r ON r.oid = d.defaclrole WHERE d.defaclnamespace = 0),
            changed AS (
              SELECT role, 'REVOKE' AS verb, 'FROM' AS preposition, privilege_type, objects, grantee FROM given, aclexplode(acl)
               WHERE (grantee, privilege_type) NOT IN (SELECT u.grantee, u.privilege_type FROM aclexplode(usual) u)
              UNION ALL
              SELECT role, 'GRANT', 'TO', privilege_type, objects, grantee FROM given, aclexplode(usual)
               WHERE (grantee, privilege_type) NOT IN (SELECT u.grantee, u.privilege_type FROM aclexplode(acl) u))
            SELECT concat_ws(' ', 'ALTER DEFAULT PRIVILEGES FOR ROLE', role, verb, privilege_type, 'ON', objects, preposition,
                             CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
              FROM changed
            """;

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
        for (@Nullable String[] row : q.query(DEFAULT_PRIVILEGES)) {
            q.query(String.valueOf(row[0]));
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

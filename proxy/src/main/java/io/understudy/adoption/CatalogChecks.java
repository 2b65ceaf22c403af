package io.understudy.adoption;

import io.understudy.adoption.ServerCheck.Asked;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What is in the database. */
final class CatalogChecks {
    private static final String USERS =
            " n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'understudy')";
    private static final String TABLES =
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid >= 16384 AND" + USERS;
    private static final String NAME = "SELECT format('%I.%I', n.nspname, c.relname)";

    /** Types, operators and functions over values, and what is each server's own. */
    private static final Set<String> PLAIN = Set.of(
            "plpgsql",
            "hstore",
            "citext",
            "pgcrypto",
            "uuid-ossp",
            "btree_gin",
            "btree_gist",
            "pg_trgm",
            "unaccent",
            "ltree",
            "intarray",
            "cube",
            "earthdistance",
            "fuzzystrmatch",
            "tablefunc",
            "isn",
            "seg",
            "bloom",
            "dict_int",
            "pg_stat_statements",
            "pgstattuple",
            "pg_buffercache");

    /** Their workers and functions write where the log does not hear of it. */
    private static final Set<String> PAST_THE_LOG =
            Set.of("pg_cron", "pglogical", "timescaledb", "citus", "bdr", "pgq");

    private final Asked asked;

    CatalogChecks(Asked asked) {
        this.asked = asked;
    }

    void addTo(List<Finding> findings) throws SQLException {
        tables(findings);
        columns(findings);
        programs(findings);
        extensions(findings);
        surroundings(findings);
    }

    private void tables(List<Finding> findings) throws SQLException {
        add(
                findings,
                Finding::limited,
                "tables without a key",
                NAME + TABLES
                        + " AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND NOT EXISTS (SELECT FROM pg_index i"
                        + " WHERE i.indrelid = c.oid AND i.indisprimary) ORDER BY 1",
                "replicas find changed rows by all their columns, which takes a scan for each: give large ones that are updated a primary key");
        add(
                findings,
                Finding::limited,
                "unlogged tables",
                NAME + TABLES + " AND c.relkind = 'r' AND c.relpersistence = 'u' ORDER BY 1",
                "replicated like others; after a crash of its server a node fills them again, after one of all servers they are empty");
        add(
                findings,
                Finding::limited,
                "materialized views",
                NAME + TABLES + " AND c.relkind = 'm' ORDER BY 1",
                "what REFRESH puts there goes through the log, as rows: it takes as long as writing them into a table");
        add(
                findings,
                Finding::limited,
                "foreign tables",
                NAME + TABLES + " AND c.relkind = 'f' ORDER BY 1",
                "what they show is the other server's: each node asks it by itself, and only the master should change it");
        add(
                findings,
                Finding::limited,
                "tables in tablespaces",
                NAME + TABLES + " AND c.reltablespace <> 0 ORDER BY 1",
                "the tablespace must be made on each server before");
        add(
                findings,
                Finding::change,
                "invalid indexes",
                NAME + TABLES
                        + " AND c.relkind = 'i' AND EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = c.oid AND NOT i.indisvalid) ORDER BY 1",
                "CREATE INDEX or REINDEX CONCURRENTLY left them when it failed; a dump does not have them, and so other servers would not: DROP INDEX or REINDEX INDEX");
        add(
                findings,
                Finding::change,
                "partitions half detached",
                NAME + TABLES
                        + " AND EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = c.oid AND h.inhdetachpending) ORDER BY 1",
                "other servers would not have that state: ALTER TABLE … DETACH PARTITION … FINALIZE");
    }

    private void columns(List<Finding> findings) throws SQLException {
        String column =
                "SELECT format('%I.%I.%I', n.nspname, c.relname, a.attname) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
                        + " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid"
                        + " WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND"
                        + USERS;
        add(
                findings,
                Finding::change,
                "columns no server reads",
                column
                        + " AND t.typinput::text IN ('pg_node_tree_in', 'pg_ndistinct_in', 'pg_dependencies_in', 'pg_mcv_list_in',"
                        + " 'pg_brin_bloom_summary_in', 'pg_brin_minmax_multi_summary_in', 'gtsvectorin') ORDER BY 1",
                "tables with values of these types are refused: make them text");
        add(
                findings,
                Finding::limited,
                "columns of object ids",
                column
                        + " AND t.typname ~ '^(oid|reg(class|type|proc|procedure|oper|operator|config|dictionary|role|namespace|collation))$' ORDER BY 1",
                "ids of users' objects differ between servers: what stores them as numbers finds something else on another node");
        add(
                findings,
                Finding::works,
                "volatile defaults",
                column
                        + " AND EXISTS (SELECT FROM pg_attrdef d CROSS JOIN LATERAL regexp_matches(d.adbin::text, ':funcid (\\d+)', 'g') w(id)"
                        + " JOIN pg_proc f ON f.oid = w.id[1]::oid"
                        + " WHERE d.adrelid = c.oid AND d.adnum = a.attnum AND f.provolatile = 'v' AND f.proname <> 'nextval') ORDER BY 1",
                "rows go to the replicas with the values that the master's had");
        List<String> objects = asked.list("SELECT count(*) FROM pg_largeobject_metadata");
        if (!objects.getFirst().equals("0")) {
            findings.add(Finding.change(
                    "large objects",
                    objects.getFirst() + " of them",
                    "they are not replicated, and making one is refused: keep the data in bytea columns"));
        }
    }

    private void programs(List<Finding> findings) throws SQLException {
        String function =
                "SELECT format('%I.%I', n.nspname, p.proname) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
                        + " JOIN pg_language l ON l.oid = p.prolang WHERE p.oid >= 16384 AND" + USERS
                        + " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')";
        add(
                findings,
                Finding::works,
                "triggers",
                "SELECT format('%I.%I: %I', n.nspname, c.relname, g.tgname)"
                        + TABLES.replace(
                                " WHERE",
                                " JOIN pg_trigger g ON g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgname NOT LIKE ' understudy%' WHERE")
                        + " ORDER BY 1",
                "they run on the master, volatile functions too, and what they change goes to the replicas as rows");
        add(
                findings,
                Finding::change,
                "procedures that end transactions",
                function
                        + " AND p.prokind = 'p' AND regexp_replace(p.prosrc, '--[^\\n]*', '', 'g') ~* '\\m(commit|rollback)\\M\\s*(and\\s+(no\\s+)?chain\\s*)?;' ORDER BY 1",
                "COMMIT and ROLLBACK inside them are refused: let the client end transactions");
        add(
                findings,
                Finding::limited,
                "functions in other languages",
                function + " AND l.lanname NOT IN ('sql', 'plpgsql', 'c', 'internal') ORDER BY 1",
                "the language must be on every server; schema changes inside of them are refused");
        add(
                findings,
                Finding::change,
                "large objects in functions",
                function + " AND p.prosrc ~* '\\mlo_(creat|create|import|put|from_bytea|unlink)\\M' ORDER BY 1",
                "large objects are refused: use bytea");
        add(
                findings,
                Finding::limited,
                "event triggers",
                "SELECT quote_ident(evtname) FROM pg_event_trigger WHERE evtname !~ '^ +understudy' AND evtevent <> 'login' ORDER BY 1",
                "they fire on the master only; what they change is replicated");
        add(
                findings,
                Finding::change,
                "event triggers ON login",
                "SELECT quote_ident(evtname) FROM pg_event_trigger WHERE evtevent = 'login' ORDER BY 1",
                "they would fire for pooled connections, and not for clients: drop them");
    }

    private void extensions(List<Finding> findings) throws SQLException {
        List<String> plain = new ArrayList<>();
        List<String> past = new ArrayList<>();
        List<String> other = new ArrayList<>();
        for (String name : asked.list("SELECT extname FROM pg_extension ORDER BY 1")) {
            (PLAIN.contains(name) ? plain : PAST_THE_LOG.contains(name) ? past : other).add(name);
        }
        if (!plain.isEmpty()) {
            findings.add(Finding.works("extensions", Names.some(plain), "their files must be on every server"));
        }
        if (!other.isEmpty()) {
            findings.add(Finding.limited(
                    "extensions",
                    Names.some(other),
                    "not known here: fine if they only bring types and functions; what they do outside of tables happens on the master alone."
                            + " Their files must be on every server"));
        }
        if (!past.isEmpty()) {
            findings.add(
                    Finding.change(
                            "extensions",
                            Names.some(past),
                            "their own processes write past the log: the node would be found different and repaired again and again. Do without"));
        }
    }

    private void surroundings(List<Finding> findings) throws SQLException {
        add(
                findings,
                Finding::change,
                "prepared transactions",
                "SELECT gid FROM pg_prepared_xacts WHERE database = current_database() ORDER BY 1",
                "finish them; PREPARE TRANSACTION is refused");
        if (asked.holds("SELECT rolsuper FROM pg_roles WHERE rolname = session_user")) {
            add(
                    findings,
                    Finding::change,
                    "subscriptions",
                    "SELECT quote_ident(subname) FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
                            + " WHERE d.datname = current_database() ORDER BY 1",
                    "they write past the log: let an application copy what others change");
        }
        add(
                findings,
                Finding::limited,
                "other databases",
                "SELECT quote_ident(datname) FROM pg_database WHERE NOT datistemplate AND datname NOT IN (current_database(), 'postgres') ORDER BY 1",
                "one database of a server is replicated; the others are not reached through nodes");
    }

    /** A verdict's way to make a finding. */
    private interface Kind {
        Finding of(String about, String what, String advice);
    }

    private void add(List<Finding> findings, Kind kind, String about, String sql, String advice) throws SQLException {
        List<String> names = asked.list(sql);
        if (!names.isEmpty()) {
            findings.add(kind.of(about, names.size() + ": " + Names.some(names), advice));
        }
    }
}

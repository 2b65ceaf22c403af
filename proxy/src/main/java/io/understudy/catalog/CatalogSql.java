package io.understudy.catalog;

/** The queries over PostgreSQL's catalog. Stored expressions and queries are looked into as node trees: pg_depend leaves out what initdb made. */
final class CatalogSql {
    private CatalogSql() {}

    /** Oids of the functions that a node tree calls, through operators too. */
    private static final String CALLS =
            "(SELECT m[1]::oid FROM regexp_matches(%1$s, ':(?:funcid|aggfnoid|winfnoid) (\\d+)', 'g') m"
                    + " UNION ALL SELECT o.oprcode::oid FROM regexp_matches(%1$s, ':opno (\\d+)', 'g') m"
                    + " JOIN pg_operator o ON o.oid = m[1]::oid)";

    private static String volatileIn(String tree) {
        return "(EXISTS (SELECT FROM pg_proc f WHERE f.provolatile = 'v' AND f.oid IN " + String.format(CALLS, tree)
                + ") OR " + tree + " LIKE '%{NEXTVALUEEXPR%')";
    }

    /** Nothing but constants under built-in immutable functions. */
    private static String constant(String tree) {
        return "(" + tree + " LIKE '{CONST %' OR (NOT EXISTS (SELECT FROM regexp_matches(" + tree
                + ", '\\{([A-Z]+)', 'g') m WHERE m[1] NOT IN ('CONST', 'FUNCEXPR', 'OPEXPR', 'RELABELTYPE'))"
                + " AND NOT EXISTS (SELECT FROM pg_proc f WHERE (f.oid >= 16384 OR f.provolatile <> 'i') AND f.oid IN "
                + String.format(CALLS, tree) + ")))";
    }

    /** A stored query or expression on behalf of a relation. */
    private static final String TREES =
            "SELECT ev_class AS rel, ev_action::text AS tree FROM pg_rewrite WHERE ev_type = '1'"
                    + " UNION ALL SELECT polrelid, concat(polqual::text, polwithcheck::text) FROM pg_policy";

    /**
     * One row per relation: oid, schema, name, kind, persistence, whether only the row itself is written, whether writing may move a sequence, whether reading may write, oids
     * of the relations it reads itself.
     */
    static String relations(String which) {
        return """
                WITH odd AS (   -- more happens on a write than the row
                  SELECT tgrelid AS rel FROM pg_trigger WHERE NOT tgisinternal AND tgname NOT IN (' understudy', ' understudy truncate')
                  UNION SELECT ev_class FROM pg_rewrite
                  UNION SELECT inhrelid FROM pg_inherits UNION SELECT inhparent FROM pg_inherits
                  UNION SELECT confrelid FROM pg_constraint WHERE contype = 'f' AND (confupdtype NOT IN ('a', 'r') OR confdeltype NOT IN ('a', 'r'))
                  UNION SELECT a.attrelid FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type e ON e.oid = t.typelem
                    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid >= 16384
                      AND (a.attgenerated <> '' OR t.typtype IN ('d', 'c') OR e.typtype IN ('d', 'c'))
                  UNION SELECT k.conrelid FROM pg_constraint k JOIN pg_depend d ON d.classid = 'pg_constraint'::regclass AND d.objid = k.oid
                    WHERE k.contype IN ('c', 'x') AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)
                  UNION SELECT i.indrelid FROM pg_index i JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                    WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass, 'pg_opfamily'::regclass)
                ), moving AS (   -- writing can move a sequence
                  SELECT tgrelid AS rel FROM pg_trigger WHERE NOT tgisinternal AND tgname NOT IN (' understudy', ' understudy truncate')
                  UNION SELECT ev_class FROM pg_rewrite WHERE ev_type <> '1'
                  UNION SELECT confrelid FROM pg_constraint WHERE contype = 'f' AND (confupdtype NOT IN ('a', 'r') OR confdeltype NOT IN ('a', 'r'))
                  UNION SELECT attrelid FROM pg_attribute WHERE attidentity <> '' AND NOT attisdropped
                  UNION SELECT inhparent FROM pg_inherits   -- whatever its parts do
                  UNION SELECT adrelid FROM pg_attrdef WHERE NOT %2$s
                  UNION SELECT a.attrelid FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                    WHERE t.typtype = 'd' AND t.typdefault IS NOT NULL AND a.attnum > 0 AND a.attrelid >= 16384
                ), tree AS (%3$s)
                SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence,
                       c.relkind = 'r' AND NOT c.relrowsecurity AND NOT c.relispartition AND c.oid NOT IN (SELECT rel FROM odd WHERE rel IS NOT NULL),
                       c.oid IN (SELECT rel FROM moving),
                       coalesce(t.writes, false),
                       coalesce(t.reads, '')
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  LEFT JOIN LATERAL (
                    SELECT bool_or(%4$s OR x.tree LIKE '%%:hasForUpdate true%%') AS writes,
                           string_agg((SELECT string_agg(DISTINCT m[1], ',') FROM regexp_matches(x.tree, ':relid (\\d+)', 'g') m), ',') AS reads
                      FROM tree x WHERE x.rel = c.oid AND c.relkind <> 'm') t ON true
                 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't' AND n.nspname <> 'pg_toast' AND %1$s""".formatted(which, constant("adbin::text"), TREES, volatileIn("x.tree"));
    }

    /** One row per column, by relation and place: relation, name, type oid, type name, not null, has default, constant default, identity, generated, place in the key from 1. */
    static String columns(String which) {
        return """
                SELECT a.attrelid, a.attname, a.atttypid, t.typname, a.attnotnull, d.oid IS NOT NULL AND a.attgenerated = '',
                       d.oid IS NULL OR %2$s, a.attidentity, a.attgenerated, array_position(i.indkey::int2[], a.attnum)
                  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
                  JOIN pg_namespace n ON n.oid = c.relnamespace
                  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                  LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
                 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
                   AND n.nspname <> 'pg_toast' AND %1$s ORDER BY a.attrelid, a.attnum""".formatted(which, constant("d.adbin::text"));
    }

    /** One row: whether a user's cast is volatile, whether anything is deferrable. */
    static final String FACTS = """
            SELECT EXISTS (SELECT FROM pg_cast c JOIN pg_proc p ON p.oid = c.castfunc WHERE p.oid >= 16384 AND p.provolatile = 'v'),
                   EXISTS (SELECT FROM pg_constraint WHERE condeferrable) OR EXISTS (SELECT FROM pg_trigger WHERE tgdeferrable)""";
}

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
     * One row per relation: oid, schema, name, kind, persistence, why more than the row itself may be written (or empty), whether writing may move a sequence, whether reading may write, oids
     * of the relations it reads itself.
     */
    static String relations(String which) {
        return """
                WITH odd AS (   -- more happens on a write than the row
                  SELECT tgrelid AS rel, 'has a trigger' AS why FROM pg_trigger WHERE NOT tgisinternal AND tgname NOT LIKE ' understudy%%'
                  UNION SELECT ev_class, 'has a rule' FROM pg_rewrite
                  UNION SELECT inhrelid, 'inherits from another one' FROM pg_inherits UNION SELECT inhparent, 'is inherited by another one' FROM pg_inherits
                  UNION SELECT oid, 'has row security' FROM pg_class WHERE relrowsecurity
                  UNION SELECT oid, 'is a partition' FROM pg_class WHERE relispartition
                  UNION SELECT confrelid, 'is referenced by a foreign key with an action' FROM pg_constraint
                    WHERE contype = 'f' AND (confupdtype NOT IN ('a', 'r') OR confdeltype NOT IN ('a', 'r'))
                  UNION SELECT a.attrelid, CASE WHEN a.attgenerated <> '' THEN 'has a generated column' ELSE 'has a column of a domain or composite type' END
                    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type e ON e.oid = t.typelem
                    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid >= 16384
                      AND (a.attgenerated <> '' OR t.typtype IN ('d', 'c') OR e.typtype IN ('d', 'c'))
                  UNION SELECT a.attrelid, 'has a column whose collation calls different texts equal'
                    FROM pg_attribute a JOIN pg_collation l ON l.oid = a.attcollation
                    WHERE NOT l.collisdeterministic AND a.attnum > 0 AND NOT a.attisdropped
                  UNION SELECT k.conrelid, 'has a check constraint with a function that is not built in' FROM pg_constraint k
                    JOIN pg_depend d ON d.classid = 'pg_constraint'::regclass AND d.objid = k.oid
                    WHERE k.contype IN ('c', 'x') AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)
                  UNION SELECT i.indrelid, 'has an index with a function that is not built in' FROM pg_index i
                    JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                    WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass, 'pg_opfamily'::regclass)
                ), moving AS (   -- writing can move a sequence
                  SELECT tgrelid AS rel FROM pg_trigger WHERE NOT tgisinternal AND tgname NOT LIKE ' understudy%%'
                  UNION SELECT ev_class FROM pg_rewrite WHERE ev_type <> '1'
                  UNION SELECT confrelid FROM pg_constraint WHERE contype = 'f' AND (confupdtype NOT IN ('a', 'r') OR confdeltype NOT IN ('a', 'r'))
                  UNION SELECT attrelid FROM pg_attribute WHERE attidentity <> '' AND NOT attisdropped
                  UNION SELECT inhparent FROM pg_inherits   -- whatever its parts do
                  UNION SELECT adrelid FROM pg_attrdef WHERE NOT %2$s
                  UNION SELECT a.attrelid FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                    WHERE t.typtype = 'd' AND t.typdefault IS NOT NULL AND a.attnum > 0 AND a.attrelid >= 16384
                ), tree AS (%3$s)
                SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence,
                       CASE WHEN c.relkind <> 'r' THEN 'is not an ordinary table' ELSE coalesce(o.why, '') END,
                       c.oid IN (SELECT rel FROM moving),
                       coalesce(t.writes, false),
                       coalesce(t.reads, '')
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  LEFT JOIN (SELECT rel, string_agg(why, ' and ' ORDER BY why) AS why FROM odd GROUP BY rel) o ON o.rel = c.oid
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

    /** One row per cast that is implemented by a user's volatile function: type it is from, type it is to and that one's name, context; of the user's type that it is from, or else to, and what is made of that: types and their names, users' functions and operators. */
    static final String VOLATILE_CASTS = """
            SELECT c.castsource, c.casttarget, t.typname, c.castcontext, m.types, m.names,
                   ARRAY(SELECT f.proname::text FROM pg_proc f WHERE f.oid >= 16384
                          AND (f.prorettype = ANY (m.types) OR f.proargtypes::oid[] && m.types OR f.proallargtypes && m.types)),
                   ARRAY(SELECT o.oprname::text FROM pg_operator o WHERE o.oid >= 16384 AND ARRAY[o.oprleft, o.oprright, o.oprresult] && m.types)
              FROM pg_cast c JOIN pg_proc p ON p.oid = c.castfunc JOIN pg_type t ON t.oid = c.casttarget
             CROSS JOIN LATERAL (
               WITH RECURSIVE made(type) AS (
                 SELECT CASE WHEN c.castsource >= 16384 THEN c.castsource ELSE c.casttarget END
                 UNION
                 SELECT w.oid FROM made JOIN LATERAL (
                   SELECT oid FROM pg_type WHERE typelem = made.type OR typbasetype = made.type
                    UNION ALL SELECT k.reltype FROM pg_attribute a JOIN pg_class k ON k.oid = a.attrelid WHERE a.atttypid = made.type AND NOT a.attisdropped
                    UNION ALL SELECT unnest(ARRAY[r.rngtypid, r.rngmultitypid]) FROM pg_range r WHERE r.rngsubtype = made.type) w ON w.oid <> 0)
               SELECT array_agg(made.type) AS types, array_agg(n.typname::text) AS names FROM made JOIN pg_type n ON n.oid = made.type) m
             WHERE p.oid >= 16384 AND p.provolatile = 'v'""";

    /**
     * One row per name of a user's operator that may be meant where built-in types meet: it takes two of them, or something that a user's cast silently makes of one.
     */
    static final String OPERATORS_ON_BUILT_IN_TYPES = """
            SELECT DISTINCT oprname FROM pg_operator WHERE oid >= 16384 AND (oprleft < 16384 AND oprright < 16384
              OR EXISTS (SELECT FROM pg_cast c WHERE c.oid >= 16384 AND c.castcontext = 'i' AND c.castsource < 16384))""";

    /** One row per function: oid, schema, name, volatility, whether built in, source of a user's in SQL or PL/pgSQL, extension. */
    static String functions(String which) {
        return """
                SELECT p.oid, n.nspname, p.proname, p.provolatile, p.oid < 16384 AND n.nspname = 'pg_catalog',
                       CASE WHEN p.oid >= 16384 AND l.lanname IN ('sql', 'plpgsql') THEN coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) END,
                       coalesce(e.extname, '')
                  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
                  LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
                  LEFT JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
                 WHERE %s""".formatted(which);
    }

    /** One row: whether a user made a cast from one built-in type to another that nobody has to ask for, whether anything is deferrable, a digest of what sessions of roles and databases begin with. */
    static final String FACTS = """
            SELECT EXISTS (SELECT FROM pg_cast WHERE oid >= 16384 AND castcontext <> 'e' AND castsource < 16384 AND casttarget < 16384),
                   EXISTS (SELECT FROM pg_constraint WHERE condeferrable) OR EXISTS (SELECT FROM pg_trigger WHERE tgdeferrable),
                   (SELECT coalesce(md5(string_agg(s::text, ';' ORDER BY s.setdatabase, s.setrole)), '') FROM pg_db_role_setting s)""";
}

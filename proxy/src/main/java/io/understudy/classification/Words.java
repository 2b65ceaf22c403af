package io.understudy.classification;

import java.util.Set;

/** PostgreSQL's words, by what they may be in a query. */
final class Words {
    private Words() {}

    /** Reserved: never a name, unless quoted, behind a dot or behind AS. */
    static final Set<String> RESERVED = Set.of(
            "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "both", "case", "cast",
            "check", "collate", "column", "constraint", "create", "cross", "current_catalog", "current_date",
            "current_role", "current_time", "current_timestamp", "current_user", "default", "deferrable", "desc",
            "distinct", "do", "else", "end", "except", "false", "fetch", "for", "foreign", "from", "full", "grant",
            "group", "having", "ilike", "in", "initially", "inner", "intersect", "into", "is", "isnull", "join",
            "lateral", "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural", "not", "notnull",
            "null", "offset", "on", "only", "or", "order", "outer", "overlaps", "placing", "primary", "references",
            "returning", "right", "select", "session_user", "similar", "some", "symmetric", "system_user", "table",
            "tablesample", "then", "to", "trailing", "true", "union", "unique", "user", "using", "variadic", "when",
            "where", "window", "with");

    /** Words before a parenthesis that call nothing. */
    static final Set<String> NEVER_FUNCTIONS = Set.of(
            "in", "and", "or", "not", "as", "on", "using", "values", "from", "where", "select", "any", "all", "some",
            "exists", "array", "row", "case", "when", "then", "else", "by", "over", "filter", "group", "set", "sets",
            "rollup", "cube", "lateral", "union", "except", "intersect", "limit", "offset", "like", "ilike", "between",
            "is", "distinct", "returning", "join", "only", "conflict", "collate", "varchar", "char", "character",
            "numeric", "decimal", "bit", "varying", "timestamp", "time", "interval", "timestamptz", "timetz", "operator");

    /** Functions whose arguments are separated by words (FROM, FOR, IN, PLACING, …). */
    static final Set<String> LOOSE = Set.of(
            "extract", "overlay", "position", "substring", "trim", "normalize", "xmlelement", "xmlattributes",
            "xmlforest", "xmlparse", "xmlpi", "xmlroot", "xmlserialize", "xmlexists", "xmltable", "xmlnamespaces",
            "json", "json_scalar", "json_serialize", "json_object", "json_array", "json_objectagg", "json_arrayagg",
            "json_query", "json_value", "json_exists", "json_table");

    /** Words that separate or modify arguments of {@link #LOOSE} functions. */
    static final Set<String> SEPARATORS = Set.of(
            "from", "for", "in", "placing", "similar", "escape", "both", "leading", "trailing", "name", "document",
            "content", "passing", "by", "ref", "value", "on", "absent", "format", "error", "empty", "wrapper", "with",
            "without", "unique", "keys", "unconditional", "conditional", "keep", "omit", "quotes", "version",
            "standalone", "no", "yes", "preserve", "strip", "whitespace", "default", "wellformed", "ignore", "respect",
            "nulls", "encoding", "object", "using", "indent");

    /** Written like functions, but not in pg_proc: the grammar's own. */
    static final Set<String> GRAMMAR_FUNCTIONS = Set.of(
            "coalesce", "nullif", "greatest", "least", "grouping", "xmlconcat", "xmlelement", "xmlattributes",
            "xmlforest", "xmlparse", "xmlpi", "xmlroot", "xmlserialize", "xmltable", "xmlnamespaces", "xmlexists",
            "trim", "extract", "overlay", "position", "substring", "normalize", "merge_action", "json", "json_scalar",
            "json_serialize", "json_object", "json_array", "json_objectagg", "json_arrayagg", "json_query",
            "json_value", "json_exists", "json_table", "current_schema", "current_date", "current_time",
            "current_timestamp", "localtime", "localtimestamp", "current_user", "current_role", "session_user", "user",
            "current_catalog", "system_user");

    /** Begin a query. */
    static final Set<String> QUERY = Set.of("select", "with", "values", "table");

    static final Set<String> DML = Set.of("insert", "update", "delete", "merge");
}

package io.understudy.classification;

import java.util.Random;

/** Input that nobody would write. */
final class RandomSql {
    private static final String CHARACTERS = "ab1e$'\"\\/*-+;:.,()[]=<>&U@ \n\t_x\u00e9\ud83d\ude00\0";
    private static final String[] TOKENS = {
        "select",
        "SELECT",
        "from",
        "where",
        "insert into",
        "values",
        "update",
        "set",
        "delete",
        "merge",
        "using",
        "on",
        "with",
        "recursive",
        "as",
        "materialized",
        "(",
        ")",
        "(",
        ")",
        ",",
        ";",
        ".",
        "*",
        "=",
        "+",
        "-",
        "->",
        "::",
        "int",
        "a",
        "b",
        "orders",
        "nextval",
        "\"Q\"",
        "U&\"\\0061\"",
        "'s'",
        "E'\\''",
        "$$x$$",
        "$1",
        "1",
        "1.5",
        "[",
        "]",
        ":",
        "case",
        "when",
        "then",
        "else",
        "end",
        "begin",
        "atomic",
        "create",
        "function",
        "for",
        "update",
        "of",
        "into",
        "limit",
        "offset",
        "fetch",
        "first",
        "row",
        "rows",
        "only",
        "over",
        "partition",
        "by",
        "order",
        "group",
        "window",
        "filter",
        "within",
        "distinct",
        "on",
        "all",
        "any",
        "array",
        "is",
        "not",
        "null",
        "in",
        "between",
        "and",
        "or",
        "like",
        "returning",
        "conflict",
        "do",
        "nothing",
        "explain",
        "analyze",
        "copy",
        "to",
        "stdin",
        "declare",
        "cursor",
        "prepare",
        "execute",
        "lateral",
        "join",
        "left",
        "cross",
        "natural",
        "tablesample",
        "union",
        "table",
        "cast",
        "extract",
        "interval",
        "date",
        "at",
        "time",
        "zone",
        "collate",
        "operator",
        "default",
        "grant",
        "alter",
        "password",
        "role"
    };

    private RandomSql() {}

    static String characters(Random random) {
        StringBuilder out = new StringBuilder();
        for (int n = random.nextInt(40); n > 0; n--) {
            out.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
        }
        return out.toString();
    }

    static String tokens(Random random) {
        StringBuilder out = new StringBuilder();
        for (int n = random.nextInt(25); n > 0; n--) {
            out.append(TOKENS[random.nextInt(TOKENS.length)]).append(random.nextInt(8) == 0 ? "" : " ");
        }
        return out.toString();
    }
}

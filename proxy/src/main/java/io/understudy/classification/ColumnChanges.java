package io.understudy.classification;

import java.util.Set;

/** Finds in ALTER TABLE what gives existing rows values that another server would not repeat. */
final class ColumnChanges {
    private static final Set<String> SERIAL =
            Set.of("serial", "bigserial", "smallserial", "serial2", "serial4", "serial8");

    /** Types whose text form means the same everywhere and always. */
    private static final Set<String> TIMELESS = Set.of(
            "text",
            "varchar",
            "character",
            "char",
            "bpchar",
            "boolean",
            "bool",
            "integer",
            "int",
            "int2",
            "int4",
            "int8",
            "bigint",
            "smallint",
            "numeric",
            "decimal",
            "uuid",
            "json",
            "jsonb",
            "bytea",
            "real",
            "double",
            "float",
            "float4",
            "float8");

    /** Further built-in types. */
    private static final Set<String> WITHOUT_DEFAULT = Set.of(
            "timestamp",
            "timestamptz",
            "date",
            "time",
            "timetz",
            "interval",
            "inet",
            "cidr",
            "macaddr",
            "macaddr8",
            "money",
            "xml",
            "bit",
            "varbit",
            "oid",
            "name",
            "point",
            "line",
            "lseg",
            "box",
            "path",
            "polygon",
            "circle",
            "tsvector",
            "tsquery",
            "int4range",
            "int8range",
            "numrange",
            "tsrange",
            "tstzrange",
            "daterange");

    private static final Set<String> BEHIND_DEFAULT =
            Set.of("not", "null", "check", "constraint", "unique", "primary", "references", "collate");

    private ColumnChanges() {}

    static boolean rewrite(TokenCursor c) {
        while (!c.atEnd()) {
            if (c.isSign('(')) {
                c.skipParentheses();
            } else if (c.accept("add")) {
                if (addsVaryingColumn(c)) {
                    return true;
                }
            } else if (c.accept("using")) {
                return true;
            } else {
                c.i++;
            }
        }
        return false;
    }

    private static boolean addsVaryingColumn(TokenCursor c) {
        if (!c.accept("column")
                && (c.is("constraint")
                        || c.is("primary")
                        || c.is("unique")
                        || c.is("check")
                        || c.is("foreign")
                        || c.is("exclude"))) {
            return false;
        }
        c.skipAny("if", "not", "exists");
        c.name();
        String type = c.word();
        c.i = TypeNames.skip(c.t, c.i, c.to);
        if (SERIAL.contains(type)) {
            return true;
        }
        while (!c.atEnd() && !c.isSign(',')) {
            if (c.isSign('(')) {
                c.skipParentheses();
            } else if (c.is("identity")) {
                return true;
            } else if (c.accept("default")) {
                return !constant(c, type);
            } else {
                c.i++;
            }
        }
        // Of any other type it may be a domain, whose default is given to existing rows, too.
        return !TIMELESS.contains(type) && !WITHOUT_DEFAULT.contains(type);
    }

    private static boolean constant(TokenCursor c, String type) {
        Tokens t = c.t;
        if (c.i < c.to && t.isSign(c.i, "-")) {
            c.i++;
        }
        if (c.atEnd()) {
            return false;
        }
        boolean text = t.kind(c.i) == TokenKind.STRING;
        boolean plain = t.kind(c.i) == TokenKind.INTEGER
                || t.kind(c.i) == TokenKind.DECIMAL
                || text && TIMELESS.contains(type)
                || c.is("null")
                || c.is("true")
                || c.is("false");
        c.i++;
        while (c.i < c.to && t.isSign(c.i, "::") && TIMELESS.contains(t.isName(c.i + 1) ? t.name(c.i + 1) : "")) {
            c.i = TypeNames.skip(t, c.i + 1, c.to);
        }
        return plain && (c.atEnd() || c.isSign(',') || BEHIND_DEFAULT.contains(c.word()));
    }
}

package io.understudy.classification;

import java.util.Optional;
import java.util.Set;

/**
 * The clause of CREATE TABLE … PARTITION OF and ALTER TABLE … ATTACH PARTITION that says which rows go there. It may be computed ({@code current_timestamp}, {@code 'today'}) when it runs; what came of
 * it is in the catalog. Pure.
 *
 * @param partition its name as written
 * @param start of the clause in the statement, in characters
 * @param end behind it
 */
public record PartitionBound(String partition, int start, int end) {
    private static final Set<String> PLAIN =
            Set.of("from", "to", "in", "with", "minvalue", "maxvalue", "null", "true", "false", "modulus", "remainder");

    /**
     * Finds it.
     *
     * @param standardStrings the setting standard_conforming_strings, under which the statement was read
     * @return empty if there is none, or none that could be computed
     */
    public static Optional<PartitionBound> computed(String sql, boolean standardStrings) {
        Tokens t = Lexer.lex(sql, standardStrings);
        TokenCursor c = new TokenCursor(t, 0, t.size());
        boolean creates = c.accept("create");
        if (!creates && !c.accept("alter")) {
            return Optional.empty();
        }
        c.skipAny("unlogged", "foreign");
        if (!c.accept("table")) {
            return Optional.empty();
        }
        c.skipAny("if", "not", "exists", "only");
        String name = written(c);
        if (c.isSign('*')) {
            c.i++;
        }
        if (!(creates ? c.accept("partition", "of") : c.accept("attach", "partition"))) {
            return Optional.empty();
        }
        String other = written(c);
        while (!c.atEnd() && !c.is("for", "values")) {
            c.i++;
        }
        if (c.atEnd()) {
            return Optional.empty();
        }
        int first = c.i;
        c.i += 2;
        return isComputed(c)
                ? Optional.of(new PartitionBound(creates ? name : other, t.start(first), t.end(c.i - 1)))
                : Optional.empty();
    }

    /** The statement with that in the clause's place. */
    public String replacedBy(String clause, String sql) {
        return sql.substring(0, start) + clause + sql.substring(end);
    }

    /** Steps to the end of the clause. */
    private static boolean isComputed(TokenCursor c) {
        boolean computed = false;
        while (c.is("in") || c.is("from") || c.is("to") || c.is("with")) {
            c.i++;
            int open = c.i;
            c.skipParentheses();
            for (int k = open; k < c.i; k++) {
                computed |= c.t.kind(k) == TokenKind.STRING || c.t.isName(k) && !PLAIN.contains(c.t.word(k));
            }
            if (open == c.i) {
                return false;
            }
            if (c.is("with")) {
                // what follows are the new table's storage parameters
                return computed;
            }
        }
        return computed;
    }

    private static String written(TokenCursor c) {
        int from = c.i;
        c.qualifiedName();
        return c.i == from ? "" : c.t.sql.substring(c.t.start(from), c.t.end(c.i - 1));
    }
}

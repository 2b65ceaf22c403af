package io.understudy.classification;

import java.util.ArrayList;
import java.util.List;

/**
 * A table that CREATE TABLE names by LIKE. It may be temporary, and then replicas do not have it. Pure.
 *
 * @param name as written
 * @param including whether more than the columns is taken over
 * @param start of the whole clause in the statement, in characters
 * @param end behind it
 */
public record LikedTable(String name, boolean including, int start, int end) {

    /**
     * In their order.
     *
     * @param standardStrings the setting standard_conforming_strings, under which the statement was read
     * @return empty for other statements
     */
    public static List<LikedTable> of(String sql, boolean standardStrings) {
        Tokens t = Lexer.lex(sql, standardStrings);
        TokenCursor c = new TokenCursor(t, 0, t.size());
        if (!c.accept("create")) {
            return List.of();
        }
        c.skipAny("unlogged", "foreign");
        if (!c.accept("table")) {
            return List.of();
        }
        c.skipAny("if", "not", "exists");
        c.qualifiedName();
        List<LikedTable> liked = new ArrayList<>();
        int depth = 0;
        boolean first = false;
        while (!c.atEnd() && (depth > 0 || liked.isEmpty() && c.isSign('('))) {
            if (first && c.is("like")) {
                liked.add(clause(c, sql));
                first = false;
                continue;
            }
            depth += c.isSign('(') ? 1 : c.isSign(')') ? -1 : 0;
            first = depth == 1 && (c.isSign('(') || c.isSign(','));
            c.i++;
        }
        return liked;
    }

    private static LikedTable clause(TokenCursor c, String sql) {
        int from = c.i++;
        int name = c.i;
        c.qualifiedName();
        int behindName = c.i;
        boolean including = false;
        while (c.is("including") || c.is("excluding")) {
            including |= c.is("including");
            c.i += 2;
        }
        int end = c.t.end(Math.min(c.i, c.to) - 1);
        return new LikedTable(
                sql.substring(c.t.start(Math.min(name, c.to - 1)), c.t.end(behindName - 1)),
                including,
                c.t.start(from),
                end);
    }
}

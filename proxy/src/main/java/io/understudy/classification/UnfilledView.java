package io.understudy.classification;

import java.util.Optional;

/** CREATE and REFRESH MATERIALIZED VIEW without the rows that their query gives. Pure. */
public final class UnfilledView {
    private UnfilledView() {}

    /**
     * @param standardStrings the setting standard_conforming_strings, under which the statement was read
     * @return the statement such that its query is not run; empty if it is another one, or does not run it anyway
     */
    public static Optional<String> of(String sql, boolean standardStrings) {
        Tokens t = Lexer.lex(sql, standardStrings);
        int end = t.size();
        while (end > 0 && t.isSign(end - 1, ';')) {
            end--;
        }
        TokenCursor c = new TokenCursor(t, 0, end);
        boolean creates = c.accept("create", "materialized", "view");
        if (!creates && !c.accept("refresh", "materialized", "view")) {
            return Optional.empty();
        }
        if (end > 3 && t.is(end - 3, "with") && t.is(end - 2, "no") && t.is(end - 1, "data")) {
            return Optional.empty();
        }
        if (end > 2 && t.is(end - 2, "with") && t.is(end - 1, "data")) {
            end -= 2;
        }
        StringBuilder unfilled = new StringBuilder(sql).replace(t.end(end - 1), sql.length(), " WITH NO DATA");
        if (!creates && c.is("concurrently")) {
            unfilled.delete(t.start(c.i), t.end(c.i));
        }
        return Optional.of(unfilled.toString());
    }
}

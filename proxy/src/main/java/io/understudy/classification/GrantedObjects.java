package io.understudy.classification;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What GRANT and REVOKE name behind ON: no event trigger tells what it was, and some of it may be temporary. Pure. */
public final class GrantedObjects {
    private static final Set<String> KINDS =
            Set.of("table", "sequence", "function", "procedure", "routine", "type", "domain", "schema");

    private GrantedObjects() {}

    /**
     * One of them.
     *
     * @param name as written, with the types of arguments
     * @param relation whether it is a table, view or sequence, of which only the catalog knows whether it is temporary
     * @param temporary whether its schema says so
     * @param start in the statement, in characters
     * @param end behind it
     */
    public record Named(String name, boolean relation, boolean temporary, int start, int end) {}

    /**
     * In their order.
     *
     * @param standardStrings the setting standard_conforming_strings, under which the statement was read
     * @return empty for other statements, and for rights on something else
     */
    public static List<Named> of(String sql, boolean standardStrings) {
        Tokens t = Lexer.lex(sql, standardStrings);
        TokenCursor c = new TokenCursor(t, 0, t.size());
        if (!(c.accept("grant") || c.accept("revoke")) || !c.seek("on")) {
            return List.of();
        }
        c.i++;
        boolean relation = !KINDS.contains(c.word()) || c.is("table") || c.is("sequence");
        if (KINDS.contains(c.word())) {
            c.i++;
        }
        List<Named> named = new ArrayList<>();
        do {
            int from = c.i;
            Facts.Name name = c.qualifiedName();
            if (c.i == from) {
                return List.of();
            }
            c.skipParentheses();
            boolean temporary = name.schema().equals("pg_temp") || name.schema().startsWith("pg_temp_");
            named.add(new Named(
                    sql.substring(t.start(from), t.end(c.i - 1)), relation, temporary, t.start(from), t.end(c.i - 1)));
        } while (next(c));
        return c.is("to") || c.is("from") ? named : List.of();
    }

    private static boolean next(TokenCursor c) {
        if (!c.isSign(',')) {
            return false;
        }
        c.i++;
        return true;
    }

    /** The statement with only those of the named objects that are not left out. */
    public static String without(List<Named> left, List<Named> all, String sql) {
        List<String> kept =
                all.stream().filter(n -> !left.contains(n)).map(Named::name).toList();
        return sql.substring(0, all.getFirst().start())
                + String.join(", ", kept)
                + sql.substring(all.getLast().end());
    }
}

package io.understudy.classification;

import java.util.Optional;

/**
 * What PostgreSQL runs outside of any transaction, in several of its own, and leaves half done when it fails.
 *
 * @param object the index dropped or made anew, or the partition detached, as written; empty where an index is made, or many are made anew
 * @param parent the table it is detached from, as written; else empty
 */
public record OutsideTransaction(Kind kind, String object, String parent) {

    public enum Kind {
        CREATE,
        DROP,
        DETACH,
        /** Maintenance: every node does it by itself. */
        REINDEX
    }

    /** What that statement is of these; empty if it is none, or one that Understudy does not know how to follow. */
    public static Optional<OutsideTransaction> of(SqlStatement s) {
        TokenCursor c = new TokenCursor(s.tokens(), s.from(), s.to());
        if (c.accept("create")) {
            c.accept("unique");
            return c.accept("index", "concurrently")
                    ? Optional.of(new OutsideTransaction(Kind.CREATE, "", ""))
                    : Optional.empty();
        }
        if (c.accept("reindex")) {
            if (!c.ahead("concurrently")) {
                return Optional.empty();
            }
            c.skipParentheses();
            boolean one = c.accept("index");
            c.accept("concurrently");
            return Optional.of(new OutsideTransaction(Kind.REINDEX, one ? name(c) : "", ""));
        }
        if (c.accept("drop", "index", "concurrently")) {
            c.skipAny("if", "exists");
            return Optional.of(new OutsideTransaction(Kind.DROP, name(c), ""));
        }
        if (c.accept("alter", "table")) {
            c.skipAny("if", "exists", "only");
            String parent = name(c);
            if (c.isSign('*')) {
                c.i++;
            }
            if (c.accept("detach", "partition")) {
                String partition = name(c);
                return c.accept("concurrently")
                        ? Optional.of(new OutsideTransaction(Kind.DETACH, partition, parent))
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** A possibly qualified name as it is written, stepped over. */
    private static String name(TokenCursor c) {
        int from = c.i;
        c.qualifiedName();
        return c.i == from ? "" : c.t.sql.substring(c.t.start(from), c.t.end(c.i - 1));
    }
}

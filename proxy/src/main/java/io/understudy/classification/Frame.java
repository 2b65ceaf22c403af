package io.understudy.classification;

import java.util.ArrayList;
import java.util.List;

/** One level of nesting while a query is translated: what is being read there. */
final class Frame {
    enum Kind {
        QUERY,
        /** A WITH query's body. */
        WITH_BODY,
        /** Parentheses around anything else. */
        GROUP,
        /** One of VALUES. */
        ROW,
        FUNCTION,
        /** A function of {@link Words#LOOSE}. */
        LOOSE,
        CAST,
        /** Square brackets. */
        SUBSCRIPT,
        WINDOW,
        CASE,
        /** Parentheses in FROM around joins. */
        JOIN_GROUP
    }

    enum Clause {
        NONE,
        SELECT,
        FROM,
        GROUP,
        ORDER,
        VALUES
    }

    final Kind kind;
    /** What is written when it ends. */
    final String close;

    Clause clause = Clause.NONE;
    /** In FROM: a table, function or subquery comes next. */
    boolean expectsItem;
    /** In FROM: an alias may come next. */
    boolean afterItem;

    /** In FROM: the condition of a join is being read. */
    boolean inCondition;

    /** Is itself an item of the FROM it stands in. */
    boolean item;

    boolean recursive;
    final List<String> withNames = new ArrayList<>(0);

    Frame(Kind kind, String close) {
        this.kind = kind;
        this.close = close;
    }

    boolean isQuery() {
        return kind == Kind.QUERY || kind == Kind.WITH_BODY;
    }

    boolean isArguments() {
        return kind == Kind.FUNCTION || kind == Kind.LOOSE || kind == Kind.WINDOW;
    }
}

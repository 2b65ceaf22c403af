package io.understudy.classification;

import java.util.Set;

/**
 * A piece of a statement that is translated and parsed on its own.
 *
 * @param from index of its first token
 * @param to index behind its last
 * @param visible names of the WITH queries it may refer to
 */
record Part(Role role, int from, int to, Set<String> visible) {
    enum Role {
        /** A query or DML statement. */
        STATEMENT,
        /** A list of expressions, as behind RETURNING. */
        EXPRESSIONS,
        /** What stands behind SET, WHERE included. */
        ASSIGNMENTS,
        /** The inside of a window definition. */
        WINDOW
    }
}

package io.understudy.jdbc;

/** What a method of JDBC asks a node for. */
enum Effect {
    /** Nothing, as a rule: pgjdbc answers it. */
    NONE,
    /** Something that may be run twice: it reads, or sets what it had set. */
    HARMLESS,
    /** A statement of the application. */
    STATEMENT,
    /** Several statements, which may be several transactions. */
    BATCH,
    COMMIT,
    ROLLBACK
}

package io.understudy.classification;

/**
 * What a statement may leave in the server session that ran it and that a node cannot reproduce on another connection. A session with such state
 * stays on its connection (on the master) until the state is gone.
 */
public enum PinReason {
    /** A setting changed other than by a plain SET, such as by set_config(). */
    SETTING,
    /** Temporary tables, sequences, views or functions; they may hide permanent ones of the same name, too. */
    TEMPORARY_OBJECT,
    /** A cursor WITH HOLD. */
    HOLD_CURSOR,
    /** A cursor that lives as long as its transaction. */
    CURSOR,
    /** A session-level advisory lock. */
    ADVISORY_LOCK,
    /** LISTEN. */
    LISTEN,
    /** A statement prepared by SQL-level PREPARE. */
    PREPARED_STATEMENT,
    /** What currval() and lastval() answer; only sessions that ask them need it kept. */
    SEQUENCE_VALUE,
    /** A library loaded into the server process. */
    LIBRARY,
    /** A connection or other state of an extension such as dblink. */
    EXTENSION_STATE,
    /** The effect of setseed() on later random(). */
    RANDOM_SEED,
    /** Code that nobody looked into ran: a volatile user function, DO, CALL, something not parsed. May be any of the others. */
    OPAQUE_CODE
}

package io.understudy.topology;

/** What a node can do now. */
public enum NodeState {
    /** The proxy runs; its PostgreSQL is being cleaned up, migrated or caught up; serves nothing from it. */
    STARTING,
    /** Applies the log and serves reads. */
    REPLICA,
    /** Assigned, applying what was before its assignment; not open yet. */
    OPENING,
    /** Executes write transactions. */
    MASTER,
    /** Its PostgreSQL does not answer. */
    POSTGRES_DOWN,
    /** Sees no majority: accepts no writes. */
    ISOLATED,
    /** Disagreed with the log; no reads until repaired. */
    QUARANTINED,
    /** Has no PostgreSQL: votes, and keeps the log. */
    WITNESS
}

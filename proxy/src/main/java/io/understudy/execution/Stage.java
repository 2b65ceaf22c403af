package io.understudy.execution;

/** Stages of a write transaction on the master whose durations are measured. */
public enum Stage {
    /** From BEGIN to the client's COMMIT. */
    EXECUTE,
    /** Seal and gap check. */
    SEAL,
    /** From the proposal to the ordered delivery on this node: a majority has it on disk. */
    MAJORITY,
    /** From the delivery to the confirmed local COMMIT. */
    LOCAL_COMMIT
}

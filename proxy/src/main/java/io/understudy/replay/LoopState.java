package io.understudy.replay;

/** What the loop is doing. */
public sealed interface LoopState {

    /** Not started, or connecting to the server and finding out what it has applied. No reads. */
    record Starting() implements LoopState {}

    /** Applies what comes. */
    record Applying() implements LoopState {}

    /** The server does not answer; tried again until it does. */
    record ServerDown(String why) implements LoopState {}

    /** An entry cannot be applied now; tried again. */
    record Held(ReplayOutcome.Blocked by) implements LoopState {}

    /** Stands still while somebody else works on the database. No reads. */
    record Paused() implements LoopState {}

    /** Quarantined: the database disagrees with the log. Nothing more is applied; no reads; to be repaired. */
    record Diverged(ReplayOutcome.Diverged how) implements LoopState {}

    /** Quarantined: the log no longer has what comes after this database's applied index. Nothing is applied; no reads; to be made from another node's. */
    record OutOfReach(long applied, long firstIndex) implements LoopState {}

    /** Whether nothing can be applied before the database was repaired. */
    default boolean needsRepair() {
        return this instanceof Diverged || this instanceof OutOfReach;
    }

    /** The log cannot be read, or a defect: nothing more is applied. */
    record Failed(Throwable cause) implements LoopState {}

    /** Closed. */
    record Stopped() implements LoopState {}
}

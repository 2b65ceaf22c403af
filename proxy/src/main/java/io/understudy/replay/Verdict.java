package io.understudy.replay;

/** Whether an entry counts. Judged from the log alone, so that every node comes to the same verdict. */
public sealed interface Verdict {

    /** It counts. */
    record Valid() implements Verdict {
        static final Valid VALID = new Valid();
    }

    /** It has no effect on any node; its index is used up. */
    record Invalid(Reason reason) implements Verdict {}

    /** Why an entry does not count. */
    enum Reason {
        /** An assignment that does not start the very next epoch. */
        NOT_NEXT_EPOCH,
        /** It was executed in another epoch than the one the log is in. */
        OTHER_EPOCH,
        /** It does not come from the process that was assigned in its epoch. */
        OTHER_PROCESS,
        /** Its id has counted already; the first one stands. */
        DUPLICATE,
        /** So late that nobody remembers any more whether its id has counted already. */
        TOO_LATE,
        /** Other entries have come between its first chunk and itself, more than a transaction may take. */
        TOO_LONG
    }

    default boolean valid() {
        return this instanceof Valid;
    }
}

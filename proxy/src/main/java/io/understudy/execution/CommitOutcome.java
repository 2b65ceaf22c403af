package io.understudy.execution;

import io.understudy.log.TransactionToken;
import io.understudy.wire.ErrorFields;
import java.util.OptionalLong;

/** How a commit on the master ended. */
public sealed interface CommitOutcome {
    /** A majority has it, and this PostgreSQL has committed it. @param index its place in the log: the session's causal token */
    record Committed(long index) implements CommitOutcome {}

    /** Nothing to log; the local transaction is over. */
    record NothingWritten() implements CommitOutcome {}

    /** As one of the two above, and the transaction made temporary objects, which live on this connection only. */
    record TemporaryObjects(OptionalLong index) implements CommitOutcome {}

    /** Certainly not committed, now or ever; the local transaction is over. */
    record RolledBack(ErrorFields error) implements CommitOutcome {}

    /** Not known yet. The backend was taken over: it keeps its locks until the log decides. */
    record Unknown(ErrorFields error) implements CommitOutcome {
        /** How its client finds out. */
        public static String hint(TransactionToken token) {
            return "Its transaction token is " + token + ": any node tells by SELECT understudy.outcome('" + token
                    + "') whether it committed.";
        }
    }
}

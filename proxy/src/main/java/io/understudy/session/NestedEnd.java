package io.understudy.session;

import io.understudy.classification.Classification;
import io.understudy.classification.Classification.Cause;
import io.understudy.wire.ErrorFields;

/** COMMIT and ROLLBACK inside procedures and DO blocks: refused. Each of their transactions would need an entry of its own in the log, and the server tells nobody where one ends. */
final class NestedEnd {
    private NestedEnd() {}

    /** Whether with PostgreSQL alone that statement could end transactions. */
    static boolean couldBeIn(Block block, Work work) {
        return !block.explicit
                && work.alone()
                && work.decisive() instanceof Classification.Write w
                && (w.cause() == Cause.CALL || w.cause() == Cause.DO);
    }

    /** @param said the server's own error; nothing of the statement is left */
    static ErrorFields refusal(ErrorFields said) {
        return said.with('C', "0A000")
                .with('M', "COMMIT and ROLLBACK inside procedures and DO blocks are not supported")
                .with('H', "Leave them out, and let the client end the transactions: a CALL or DO is one transaction.");
    }
}

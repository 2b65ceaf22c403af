package io.understudy.session;

import io.understudy.wire.ErrorFields;
import org.jspecify.annotations.Nullable;

/**
 * What a node says to one that relays to it when it is not the master any more, and has done nothing yet of the transaction or statement. The other one then does it where the master is now, and its
 * client sees nothing of that. Should a client see it, it is an error like others. Of one session.
 */
final class MovedMaster {
    /** In a row; there are 20 ms between them at most, so about as long as a master is waited for. */
    private static final int TIMES_MAX = 400;

    private static final char ROUTINE = 'R';
    private static final String MARK = "understudy_moved";

    private int times;

    static StatementFailure to(String master) {
        return new StatementFailure(ErrorFields.error(
                        "57P03", "this node is not the master any more", "Retry: the master is " + master + ".")
                .with(ROUTINE, MARK));
    }

    static boolean is(ErrorFields error) {
        return MARK.equals(error.fields().get(ROUTINE)) && error.sqlState().equals("57P03");
    }

    /**
     * Whether that was said instead of doing anything. Waits a moment then, for this node may not know yet who is master now.
     *
     * @throws StatementFailure it was said too often
     */
    boolean met(Relay.Watch w, Leases leases) throws StatementFailure, SessionEnd {
        @Nullable ErrorFields said = w.error;
        if (!w.moved || said == null) {
            times = 0;
            return false;
        }
        if (++times > TIMES_MAX) {
            throw new StatementFailure(said);
        }
        leases.awaitNews();
        return true;
    }
}

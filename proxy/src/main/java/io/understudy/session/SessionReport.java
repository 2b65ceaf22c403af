package io.understudy.session;

import io.understudy.classification.PinReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A session as others see it.
 *
 * @param id its process id, as its client knows it
 * @param relayedFrom the node whose proxy this client is, empty if it is none
 * @param lasting how long it has been in that state
 * @param pins what ties it to its connection
 * @param holds that connection, empty if it has none of its own
 * @param ranOn the node where its last statement ran, or runs; empty before the first
 * @param statement the shape of that, without literals
 * @param trace the id of the trace that this is part of, as far as its client says; otherwise empty
 */
public record SessionReport(
        int id,
        String user,
        String address,
        String application,
        boolean encrypted,
        String relayedFrom,
        Instant since,
        State state,
        Duration lasting,
        List<PinReason> pins,
        String holds,
        String ranOn,
        String reason,
        String statement,
        String trace) {
    public SessionReport {
        pins = List.copyOf(pins);
    }

    /** What it does. */
    public enum State {
        ACTIVE,
        IDLE,
        /** A transaction of the client's is open. */
        IDLE_IN_TRANSACTION,
        /** It waits for its client to end a transaction that has failed. */
        FAILED_TRANSACTION
    }
}

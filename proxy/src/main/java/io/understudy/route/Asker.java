package io.understudy.route;

import io.understudy.classification.PinReason;
import java.util.Optional;
import java.util.Set;

/**
 * Who asks where a statement would go: a session and the transaction it is in.
 *
 * @param pins state that stays on the session's own connection
 * @param onMaster whether the session must read where that state is
 * @param readOnlyByDefault default_transaction_read_only, or what the client set instead
 * @param transaction the transaction it is in
 * @param hint what the statement's comment says
 */
public record Asker(
        ReadNeed need,
        Set<PinReason> pins,
        boolean onMaster,
        boolean readOnlyByDefault,
        Optional<Transaction> transaction,
        Hint hint) {
    public Asker {
        pins = Set.copyOf(pins);
    }

    /** A client that has just connected. */
    public static final Asker NEW = new Asker(ReadNeed.NOTHING, Set.of(), false, false, Optional.empty(), Hint.NONE);

    /** The same one, of a statement with that hint. */
    public Asker hinted(Hint h) {
        return new Asker(need, pins, onMaster, readOnlyByDefault, transaction, h);
    }

    /**
     * A transaction block.
     *
     * @param node where it runs; empty as long as nothing has run in it
     * @param rows why its entry will hold rows whatever comes; empty while that is open
     */
    public record Transaction(boolean readOnly, Optional<String> node, Optional<String> rows) {}
}

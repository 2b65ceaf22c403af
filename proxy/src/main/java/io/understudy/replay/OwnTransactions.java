package io.understudy.replay;

import io.understudy.replay.Verdict.Reason;
import java.util.List;
import java.util.UUID;

/**
 * The transactions that this process itself has open and proposed, as the loop sees them: they are not replayed but committed where they are.
 *
 * <h2>Order</h2>
 * For each id: {@link #mine}; then {@link #accepted} or {@link #rejected}, as soon as the entry is judged; after accepted, once everything before it
 * is committed locally, {@link #commit} for transactions or {@link #applied} for other entries.
 *
 * <h2>Repetition</h2>
 * When the local server was lost the loop begins again at the server's applied index, and everything may be told again for the same id. Whoever is no
 * longer waiting answers {@code false} to {@link #mine}, and the entry is replayed from the log.
 *
 * <h2>Threads</h2>
 * {@link #commit} and {@link #applied} are called by the loop's thread, the others by its judging thread; those must return at once.
 */
public interface OwnTransactions {

    /** A valid entry of this process: a transaction and where it stands in the log. */
    record Turn(long index, UUID id) {}

    /**
     * How turns ended.
     *
     * @param confirmed how many, from the first, have committed
     * @param over whether the next one, if there is one, is surely over without having committed; if not, nobody may replay it before it is
     */
    record Ended(int confirmed, boolean over) {}

    /** Whether this process waits for the outcome of that proposal. */
    boolean mine(UUID id);

    /** The entry is valid at {@code index}: it will happen. The session can insert its applied row already; it must wait for its turn to commit. */
    void accepted(UUID id, long index);

    /** The entry at {@code index} has no effect, nor will any copy of it: roll back. Never told of a copy whose first was accepted. */
    void rejected(UUID id, long index, Reason reason);

    /**
     * Commits these transactions one after another, in order. Everything before the first one is committed.
     *
     * <p>Returns when all are confirmed or one cannot be. That one is then replayed from the log, so it should surely be over before this returns: its
     * backend ended, its outcome known to be an abort. If the outcome was found to be a commit it counts as confirmed. If the server does not tell, the loop connects anew, which ends what is left
     * there. The rest is offered again.
     *
     * @param turns consecutive in the log
     * @param progress to be told around each COMMIT
     */
    Ended commit(List<Turn> turns, Progress progress);

    /** An accepted entry has taken effect: one that is no transaction, or a transaction that had to be replayed. */
    void applied(UUID id, long index);
}

package io.understudy.execution;

import io.understudy.replay.Progress;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One entry of this node's own on its way through the log: proposed, then judged by the node's own ordered delivery, then given its turn to commit locally.
 */
final class PendingAppend {

    /** What ordered delivery says of the entry. */
    sealed interface Verdict {
        /** It counts, at {@code index}; this node must now commit it locally, in turn. */
        record Valid(long index) implements Verdict {}

        /** It can never count any more: a newer epoch is in the log, or an entry of the same id was first. */
        record Rejected(String why) implements Verdict {}
    }

    /** What becomes of the local commit. */
    enum Turn {
        /** Commit now. */
        YOURS,
        /** The server was lost meanwhile, or the entry is replayed from the log: the local transaction is of no use any more. */
        REPLAYED
    }

    private static final byte[] NOTHING = {};

    private final UUID id;
    private final long epoch;
    private volatile byte[] encoded;
    private final @Nullable Runnable effect;
    private final CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    private final CompletableFuture<Turn> turn = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> repaired = new CompletableFuture<>();
    private volatile long proposedNanos = System.nanoTime();
    private volatile long index;
    private volatile TurnGroup group = TurnGroup.NONE;

    PendingAppend(UUID id, long epoch, byte[] encoded, @Nullable Runnable effect) {
        this.id = id;
        this.epoch = epoch;
        this.encoded = encoded;
        this.effect = effect;
    }

    UUID id() {
        return id;
    }

    long epoch() {
        return epoch;
    }

    /** Empty once it is judged, perhaps. */
    byte[] encoded() {
        return encoded;
    }

    /** Whether it has a local transaction that waits for its turn. */
    boolean isTransaction() {
        return effect == null;
    }

    /** It has taken effect in the database without a local transaction: what else follows from it. */
    void tookEffect() {
        if (effect != null) {
            effect.run();
        }
    }

    long proposedNanos() {
        return proposedNanos;
    }

    void proposedAgain() {
        proposedNanos = System.nanoTime();
    }

    boolean judged() {
        return verdict.isDone();
    }

    long index() {
        return index;
    }

    void judge(Verdict v) {
        if (v instanceof Verdict.Valid valid) {
            index = valid.index();
        }
        if (verdict.complete(v) && effect != null) {
            // nobody will ask for it any more, and it may be large
            encoded = NOTHING;
        }
    }

    /** Runs that when it is judged, by whoever judges it; must not wait. */
    void whenJudged(Runnable then) {
        verdict.thenRun(then);
    }

    /** @throws TimeoutException the outcome is unknown still */
    Verdict awaitVerdict(Duration waitMax) throws TimeoutException, InterruptedException {
        try {
            return verdict.get(waitMax.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    void giveTurn(TurnGroup of, Progress progress) {
        group = of;
        progress.committing(index);
        turn.complete(Turn.YOURS);
    }

    /** No turn will come: it is replayed, or was, or will be once the server is back. False if its turn has come already. */
    boolean replayed() {
        repaired.complete(null);
        return turn.complete(Turn.REPLAYED);
    }

    /** After {@link #failed} or {@link #unsettled}: waits until it has been replayed, or nobody is let in any more before it is. */
    void awaitRepair() throws InterruptedException {
        try {
            repaired.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    boolean hasTurn() {
        return turn.isDone();
    }

    Turn awaitTurn() throws InterruptedException {
        try {
            return turn.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** The local COMMIT is confirmed: the next one may go. */
    void confirmed() {
        group.confirmed();
    }

    /** The local transaction has not committed and surely never will. */
    void failed() {
        group.failed(true);
    }

    /** Nobody knows how the local transaction ended, or whether it has. */
    void unsettled() {
        group.failed(false);
    }
}

package io.understudy.execution;

import io.understudy.replay.OwnTransactions.Ended;
import io.understudy.replay.Progress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Consecutive own transactions that commit one after another: each that is confirmed gives the turn to the next itself, so that a commit costs one hand-over between threads.
 * Used by one session's thread at a time, in order.
 */
final class TurnGroup {
    static final TurnGroup NONE = new TurnGroup(List.of(), new Progress() {
        @Override
        public void committing(long index) {}

        @Override
        public void committed(long index) {}
    });

    private final List<PendingAppend> turns;
    private final Progress progress;
    private final CompletableFuture<Ended> done = new CompletableFuture<>();
    private int at;

    TurnGroup(List<PendingAppend> turns, Progress progress) {
        this.turns = turns;
        this.progress = progress;
    }

    /** Begins, and waits for the end. */
    Ended run() {
        turns.getFirst().giveTurn(this, progress);
        return done.join();
    }

    void confirmed() {
        progress.committed(turns.get(at).index());
        at++;
        if (at == turns.size()) {
            done.complete(new Ended(at, true));
        } else {
            turns.get(at).giveTurn(this, progress);
        }
    }

    void failed(boolean over) {
        done.complete(new Ended(at, over));
    }
}

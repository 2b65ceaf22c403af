package io.understudy.replay;

import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.StatementLog;
import io.understudy.replay.Verdict.Invalid;
import io.understudy.replay.Verdict.Reason;
import java.io.IOException;
import java.util.UUID;

/** Judges entries as they are committed, well before their turn, so that whoever waits for one can get ready. One thread. */
final class JudgeStage implements Runnable {
    private final EntryFeed feed;
    private final StatementLog log;
    private final EntryJudge judge;
    private final UUID process;
    private final OwnTransactions own;
    private final ApplyListener listener;
    private final JudgedQueue judged;
    private final JudgeHistory history;

    JudgeStage(
            EntryFeed feed,
            StatementLog log,
            JudgeHistory history,
            EntryJudge judge,
            UUID process,
            OwnTransactions own,
            ApplyListener listener,
            JudgedQueue judged) {
        this.feed = feed;
        this.log = log;
        this.history = history;
        this.judge = judge;
        this.process = process;
        this.own = own;
        this.listener = listener;
        this.judged = judged;
    }

    /** Runs until interrupted, or until something goes wrong, which the queue's reader is told. */
    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long index = judge.index() + 1;
                byte[] bytes = feed.take(index, log);
                judged.put(judge(index, bytes));
                history.note(judge);
            }
        } catch (InterruptedException e) {
            // closed
        } catch (IOException | RuntimeException e) {
            judged.fail(e);
        }
    }

    private Judged judge(long index, byte[] bytes) {
        Entry entry = EntryCodec.decodeWithoutChunks(bytes);
        Verdict verdict = judge.judge(index, entry);
        if (verdict.valid() && entry instanceof Entry.MasterAssigned) {
            listener.assigned(judge.mastership());
        }
        boolean here = entry instanceof Entry.Fenced f && f.process().equals(process);
        boolean mine = here && entry instanceof Entry.Fenced f && own.mine(f.id());
        if (mine && entry instanceof Entry.Fenced f) {
            tell(f.id(), index, verdict);
        }
        return new Judged(
                index, entry, verdict.valid(), here, mine && verdict.valid(), judge.mastership(), size(entry, bytes));
    }

    /** What stays in memory of it: of a chunk next to nothing. */
    private static int size(Entry entry, byte[] bytes) {
        return entry instanceof Entry.Chunk ? Math.min(bytes.length, 128) : bytes.length;
    }

    private void tell(UUID id, long index, Verdict verdict) {
        switch (verdict) {
            case Verdict.Valid v -> own.accepted(id, index);
            case Invalid i -> {
                // of a copy whose first has counted nobody needs to know
                if (i.reason() != Reason.DUPLICATE) {
                    own.rejected(id, index, i.reason());
                }
            }
        }
    }
}

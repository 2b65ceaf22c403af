package io.understudy.replay;

import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.StatementLog;
import io.understudy.replay.EntryJudge.Checkpoint;
import io.understudy.replay.Verdict.Invalid;
import io.understudy.replay.Verdict.Reason;
import java.io.IOException;
import java.util.UUID;

/**
 * Judges entries as they are committed, whether or not this node's database can follow, so that the node always knows who is master, and whoever waits for an entry can get ready well before its
 * turn. One thread.
 */
final class JudgeStage implements Runnable {
    private final EntryFeed feed;
    private final StatementLog log;
    private final JudgeHistory history;
    private final Checkpoint from;
    private final UUID process;
    private final OwnTransactions own;
    private final ApplyListener listener;
    private final JudgedQueue judged;

    /** @param from where judging begins */
    JudgeStage(
            EntryFeed feed,
            StatementLog log,
            JudgeHistory history,
            Checkpoint from,
            UUID process,
            OwnTransactions own,
            ApplyListener listener,
            JudgedQueue judged) {
        this.feed = feed;
        this.log = log;
        this.history = history;
        this.from = from;
        this.process = process;
        this.own = own;
        this.listener = listener;
        this.judged = judged;
    }

    /** Runs until interrupted, or until something goes wrong, which the queue's reader is told. */
    @Override
    public void run() {
        try {
            feed.awaitCommitted(from.index(), log);
            EntryJudge judge = history.resume(from);
            judged.begin(judge.index(), judge.mastership());
            // what earlier processes have seen begin and end is told as it stands now
            long known = log.committedIndex();
            while (judge.index() < known) {
                long index = judge.index() + 1;
                judgeQuietly(judge, index, log.read(index));
            }
            if (judge.mastership().epoch() > 0) {
                listener.assigned(judge.mastership());
            }
            while (!Thread.currentThread().isInterrupted()) {
                long index = judge.index() + 1;
                byte[] bytes = feed.take(index, log);
                judged.add(judge(judge, index, bytes));
                history.note(judge);
            }
        } catch (InterruptedException e) {
            // closed
        } catch (IOException | RuntimeException e) {
            judged.fail(e);
        }
    }

    private void judgeQuietly(EntryJudge judge, long index, byte[] bytes) {
        Entry entry = EntryCodec.decodeWithoutChunks(bytes);
        boolean valid = judge.judge(index, entry).valid();
        judged.add(Judged.of(index, entry, bytes, valid, judge.mastership(), process, own));
        history.note(judge);
    }

    private Judged judge(EntryJudge judge, long index, byte[] bytes) {
        Entry entry = EntryCodec.decodeWithoutChunks(bytes);
        Verdict verdict = judge.judge(index, entry);
        Judged j = Judged.of(index, entry, bytes, verdict.valid(), judge.mastership(), process, own);
        if (verdict.valid() && entry instanceof Entry.MasterAssigned) {
            listener.assigned(judge.mastership());
        }
        if (entry instanceof Entry.Fenced f && f.process().equals(process) && own.mine(f.id())) {
            tell(f.id(), index, verdict);
        }
        return j;
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

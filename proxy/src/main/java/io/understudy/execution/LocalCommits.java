package io.understudy.execution;

import io.understudy.replay.OwnTransactions;
import io.understudy.replay.Progress;
import io.understudy.replay.Verdict.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives this process's own transactions their turns, in index order, as the apply loop asks. When one cannot be committed, everybody who could have seen the world without it is sent away before
 * it is replayed.
 */
public final class LocalCommits implements OwnTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(LocalCommits.class);

    private final PendingAppends pendings;
    private final MasterGate gate;
    private final Consumer<WriteTransaction> evict;

    /** @param evict ends a transaction that has not been appended */
    public LocalCommits(PendingAppends pendings, MasterGate gate, Consumer<WriteTransaction> evict) {
        this.pendings = pendings;
        this.gate = gate;
        this.evict = evict;
    }

    @Override
    public boolean mine(UUID id) {
        return pendings.contains(id);
    }

    @Override
    public void accepted(UUID id, long index) {
        pendings.valid(id, index);
    }

    @Override
    public void rejected(UUID id, long index, Reason reason) {
        pendings.rejected(id, reason.toString());
    }

    @Override
    public Ended commit(List<Turn> turns, Progress progress) {
        List<PendingAppend> group = new ArrayList<>(turns.size());
        for (Turn t : turns) {
            PendingAppend p = pendings.get(t.id());
            if (p == null || p.hasTurn()) {
                break;
            }
            group.add(p);
        }
        Ended ended = group.isEmpty() ? new Ended(0, true) : new TurnGroup(group, progress).run();
        int done = ended.confirmed();
        for (int i = 0; i < done; i++) {
            pendings.remove(turns.get(i).id());
        }
        if (done < turns.size() && gate.epoch() > 0) {
            long index = turns.get(done).index();
            LOG.atWarn()
                    .addKeyValue("index", index)
                    .log("entry {} is repaired: open transactions are rolled back", index);
            gate.hold("a lost transaction is replayed from the log");
            gate.inside().forEach(evict);
        }
        return ended;
    }

    @Override
    public void applied(UUID id, long index) {
        PendingAppend p = pendings.get(id);
        pendings.remove(id);
        if (p != null) {
            p.tookEffect();
        }
        if (p != null && p.isTransaction()) {
            p.replayed();
            gate.resume("a lost transaction is replayed from the log");
        }
    }
}

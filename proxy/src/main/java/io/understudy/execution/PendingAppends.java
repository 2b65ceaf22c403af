package io.understudy.execution;

import io.understudy.execution.PendingAppend.Verdict;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** This node's own entries between proposal and effect. Safe for use by many threads. */
public final class PendingAppends {
    /** A proposal may be lost on its way to the leader; entries are deduplicated by id, so repeating one is harmless. */
    private static final Duration PROPOSE_AGAIN_AFTER = Duration.ofMillis(1_500);

    private final Map<UUID, PendingAppend> pending = new ConcurrentHashMap<>();
    private final Consumer<byte[]> propose;

    public PendingAppends(Consumer<byte[]> propose) {
        this.propose = propose;
    }

    /** A transaction, which commits at its turn. */
    PendingAppend propose(UUID id, long epoch, byte[] encoded) {
        return propose(new PendingAppend(id, epoch, encoded, null));
    }

    /**
     * An entry without a local transaction.
     *
     * @param effect run once it has taken effect here
     */
    PendingAppend propose(UUID id, long epoch, byte[] encoded, Runnable effect) {
        return propose(new PendingAppend(id, epoch, encoded, effect));
    }

    /** Proposes an entry of the node's own that asks for nothing here but its place in the log. */
    public void proposeMark(UUID id, long epoch, byte[] encoded) {
        propose(id, epoch, encoded, () -> {});
    }

    private PendingAppend propose(PendingAppend p) {
        pending.put(p.id(), p);
        propose.accept(p.encoded());
        return p;
    }

    boolean contains(UUID id) {
        return pending.containsKey(id);
    }

    @Nullable
    PendingAppend get(UUID id) {
        return pending.get(id);
    }

    void valid(UUID id, long index) {
        PendingAppend p = pending.get(id);
        if (p != null) {
            p.judge(new Verdict.Valid(index));
        }
    }

    void rejected(UUID id, String why) {
        PendingAppend p = pending.get(id);
        if (p != null && !p.judged()) {
            pending.remove(id);
            p.judge(new Verdict.Rejected(why));
        }
    }

    void remove(UUID id) {
        pending.remove(id);
    }

    /** Delivery has passed the begin of {@code epoch}: what is older and not delivered yet can never count. */
    public void epochBegan(long epoch) {
        for (PendingAppend p : pending.values()) {
            if (p.epoch() < epoch && !p.judged()) {
                rejected(p.id(), "the mastership ended before it was in the log");
            }
        }
    }

    /** The server is lost, and with it every local transaction: those in the log are replayed from it. */
    public void serverLost() {
        pending.values().forEach(PendingAppend::replayed);
    }

    /** Proposes again what was not delivered for a while. */
    public void repeatLost() {
        long now = System.nanoTime();
        for (PendingAppend p : pending.values()) {
            if (!p.judged() && now - p.proposedNanos() > PROPOSE_AGAIN_AFTER.toNanos()) {
                byte[] encoded = p.encoded();
                // asked again, for it may have been judged and its bytes dropped meanwhile
                if (!p.judged()) {
                    p.proposedAgain();
                    propose.accept(encoded);
                }
            }
        }
    }

    public int size() {
        return pending.size();
    }
}

package io.understudy.execution;

import io.understudy.log.TransactionToken;
import io.understudy.wire.ErrorFields;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Whether this node may execute write transactions now. Every write transaction enters here and gets the epoch of its begin stamped; closing
 * tells every transaction that is inside. Safe for use by many threads.
 */
public final class MasterGate {

    /** What the gate says to who wants in. */
    public sealed interface State {
        /** Mastership of {@code epoch} is open. */
        record Open(long epoch) implements State {}

        /** Open, but new transactions wait (switchover, repair). */
        record Holding(long epoch, String why) implements State {}

        /** Not the master, or not able to be. */
        record Closed(String why) implements State {}
    }

    private final UUID process;
    private final LongSupplier committed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<WriteTransaction> inside = ConcurrentHashMap.newKeySet();
    private volatile State state = new State.Closed("starting");
    private volatile boolean majority;

    /** @param committed highest index of the log that is known to be committed */
    public MasterGate(UUID process, LongSupplier committed) {
        this.process = process;
        this.committed = committed;
    }

    public State state() {
        return state;
    }

    public boolean isOpen() {
        return state instanceof State.Open;
    }

    /** The open epoch, or 0. */
    public long epoch() {
        return switch (state) {
            case State.Open o -> o.epoch();
            case State.Holding h -> h.epoch();
            case State.Closed c -> 0;
        };
    }

    /** A master without a majority takes no writes and says so at once. */
    public void majority(boolean seen) {
        majority = seen;
    }

    public boolean hasMajority() {
        return majority;
    }

    /**
     * Lets a transaction in.
     *
     * @throws CommitFailure 57P03 if this node is not the master or sees no majority, or held it for longer than {@code waitMax}
     */
    public WriteTransaction enter(Duration waitMax) throws CommitFailure {
        if (!majority) {
            throw new CommitFailure(noMajority());
        }
        if (state instanceof State.Open open) {
            return admit(open.epoch());
        }
        lock.lock();
        try {
            long left = waitMax.toNanos();
            while (true) {
                switch (state) {
                    case State.Open open -> {
                        return admit(open.epoch());
                    }
                    case State.Closed closed -> throw new CommitFailure(notMaster(closed.why()));
                    case State.Holding holding -> {
                        if (left <= 0) {
                            throw new CommitFailure(notMaster("held: " + holding.why()));
                        }
                        left = changed.awaitNanos(left);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommitFailure(notMaster("interrupted"));
        } finally {
            lock.unlock();
        }
    }

    private WriteTransaction admit(long epoch) throws CommitFailure {
        WriteTransaction t =
                new WriteTransaction(new TransactionToken(epoch, committed.getAsLong(), UUID.randomUUID()), process);
        inside.add(t);
        // The gate may have closed between the look at it and the entry: then nobody would have told this transaction.
        if (epoch() != epoch) {
            inside.remove(t);
            throw new CommitFailure(notMaster("closed"));
        }
        return t;
    }

    void leave(WriteTransaction t) {
        inside.remove(t);
        if (!(state instanceof State.Open)) {
            signal();
        }
    }

    /** This run of the node's proxy. */
    public UUID process() {
        return process;
    }

    /** The transaction of that id that is inside. */
    Optional<WriteTransaction> inside(UUID id) {
        return inside.stream().filter(t -> t.id().equals(id)).findAny();
    }

    boolean isInside(WriteTransaction t) {
        return inside.contains(t);
    }

    Iterable<WriteTransaction> inside() {
        return inside;
    }

    /** Transactions inside at this moment. */
    public java.util.List<WriteTransaction> insideNow() {
        return java.util.List.copyOf(inside);
    }

    /** Opens mastership. */
    public void open(long epoch) {
        set(new State.Open(epoch));
    }

    /** Lets nobody in; running transactions go on. Does nothing when closed. */
    public void hold(String why) {
        lock.lock();
        try {
            if (state instanceof State.Open o) {
                set(new State.Holding(o.epoch(), why));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the {@link #hold} of that reason, if mastership was not lost meanwhile. */
    public void resume(String why) {
        lock.lock();
        try {
            if (state instanceof State.Holding h && h.why().equals(why)) {
                set(new State.Open(h.epoch()));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Closes, and hands every transaction that is not being appended to {@code evict}. */
    public void close(String why, java.util.function.Consumer<WriteTransaction> evict) {
        set(new State.Closed(why));
        inside.forEach(evict);
    }

    /**
     * Waits until nobody is inside.
     *
     * @return whether that happened in time
     */
    public boolean drained(Duration waitMax) {
        return awaitThat(inside::isEmpty, waitMax);
    }

    /** Waits until that transaction is not inside any more. @return whether that happened in time */
    boolean awaitGone(WriteTransaction t, Duration waitMax) {
        return awaitThat(() -> !isInside(t), waitMax);
    }

    private boolean awaitThat(BooleanSupplier condition, Duration waitMax) {
        lock.lock();
        try {
            long deadline = System.nanoTime() + waitMax.toNanos();
            while (!condition.getAsBoolean()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                long more = changed.awaitNanos(Math.min(left, TimeUnit.MILLISECONDS.toNanos(5)));
                if (more < 0 && condition.getAsBoolean()) {
                    break;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void set(State next) {
        lock.lock();
        try {
            state = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static ErrorFields noMajority() {
        return ErrorFields.error(
                "57P03",
                "this node sees no majority of the cluster and accepts no writes",
                "Connect to a node on the majority's side, or retry when the network is whole again.");
    }

    private static ErrorFields notMaster(String why) {
        return ErrorFields.error(
                "57P03", "this node cannot execute writes now: " + why, "Retry; another node may be master.");
    }
}

package io.understudy.replay;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How far the local database is, for everyone who reads from it. Written by the loop's thread alone; read by any.
 *
 * <p>It can go back: a PostgreSQL that crashed has lost its last moments until they are replayed.
 */
public final class AppliedIndex implements Progress {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private volatile long applied;
    private volatile long upper;
    private volatile long oldestUnappliedMicros;

    /** The last entry that is certainly visible to whoever starts reading now. */
    public long applied() {
        return applied;
    }

    /** The last entry that can be visible: whoever has read something takes this as its token, not {@link #applied}. */
    public long upper() {
        return upper;
    }

    /** When the oldest unapplied transaction was proposed, microseconds since 1970 UTC; 0 if none is waiting. */
    public long oldestUnappliedMicros() {
        return oldestUnappliedMicros;
    }

    /** Waits until {@code index} is applied. */
    public boolean await(long index, Duration atMost) throws InterruptedException {
        if (applied >= index) {
            return true;
        }
        lock.lockInterruptibly();
        try {
            long left = atMost.toNanos();
            while (applied < index && left > 0) {
                left = moved.awaitNanos(left);
            }
            return applied >= index;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void committing(long index) {
        upper = index;
    }

    @Override
    public void committed(long index) {
        lock.lock();
        try {
            applied = index;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The server says where it stands. */
    void reset(long index) {
        upper = index;
        committed(index);
    }

    void oldestUnapplied(long micros) {
        oldestUnappliedMicros = micros;
    }
}

package io.understudy.replay;

import io.understudy.log.StatementLog;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where committed entries arrive and wait. The newest ones are kept in memory up to a bound; a reader that is further behind takes them from the
 * log. So delivery never waits for the database.
 *
 * <p>Safe for use by many threads; {@link #committed} by one at a time.
 */
public final class EntryFeed implements StatementLog.Listener {
    /** How long a waiting reader goes without asking the log itself whether more is committed. */
    private static final long RECHECK_MILLIS = 20;

    private final byte[] @Nullable [] ring;
    private final long bytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private long bytes;
    private long first = 1;
    private long last;

    /**
     * @param entriesMax entries kept in memory
     * @param bytesMax their bytes
     */
    public EntryFeed(int entriesMax, long bytesMax) {
        this.ring = new byte[entriesMax][];
        this.bytesMax = bytesMax;
    }

    @Override
    public void committed(long index, byte[] entry) {
        lock.lock();
        try {
            if (index != last + 1) {
                forgetTo(last);
                first = index;
            }
            if (index - first == ring.length) {
                forgetTo(first);
            }
            ring[slot(index)] = entry;
            bytes += entry.length;
            last = index;
            while (bytes > bytesMax && first <= last) {
                forgetTo(first);
            }
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void forgetTo(long index) {
        for (; first <= index; first++) {
            byte[] gone = ring[slot(first)];
            bytes -= gone == null ? 0 : gone.length;
            ring[slot(first)] = null;
        }
    }

    private int slot(long index) {
        return (int) (index % ring.length);
    }

    /** Waits until the entry at {@code index} is committed and returns it. */
    byte[] take(long index, StatementLog log) throws IOException, InterruptedException {
        awaitCommitted(index, log);
        byte[] kept = inMemory(index);
        return kept == null ? log.read(index) : kept;
    }

    /** Waits until the log is known to be committed up to {@code index}. */
    void awaitCommitted(long index, StatementLog log) throws InterruptedException {
        while (!awaitCommitted(index, log, Duration.ofDays(1))) {
            // goes on waiting
        }
    }

    /** @return whether the log is known to be committed up to {@code index} */
    boolean awaitCommitted(long index, StatementLog log, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        // the log is asked without our lock: it may hold its own while it delivers
        while (log.committedIndex() < index) {
            lock.lockInterruptibly();
            try {
                if (last >= index) {
                    return true;
                }
                if (System.nanoTime() - deadline >= 0) {
                    return false;
                }
                arrived.awaitNanos(TimeUnit.MILLISECONDS.toNanos(RECHECK_MILLIS));
            } finally {
                lock.unlock();
            }
        }
        return true;
    }

    private byte @Nullable [] inMemory(long index) {
        lock.lock();
        try {
            return index < first || index > last ? null : ring[slot(index)];
        } finally {
            lock.unlock();
        }
    }
}

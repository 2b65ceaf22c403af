package io.understudy.replay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Between judging and applying. Judging never waits for the database: of what finds no room here only the verdict is kept, and who applies reads the entry from the log
 * when its turn comes. Entries that are here follow each other, the first one being the next to be applied.
 */
final class JudgedQueue {
    static final long WOKEN = -1;

    private final int entriesMax;
    private final long bytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Judged> waiting = new ArrayDeque<>();
    private @Nullable Verdicts verdicts;
    private long next = Long.MAX_VALUE;
    private long bytes;
    private volatile @Nullable Throwable failure;
    private boolean woken;

    JudgedQueue(int entriesMax, long bytesMax) {
        this.entriesMax = entriesMax;
        this.bytesMax = bytesMax;
    }

    // ---- who judges

    /** Judging begins after {@code index}. */
    void begin(long index, Mastership there) {
        lock.lock();
        try {
            verdicts = new Verdicts(index, there);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void add(Judged judged) {
        lock.lock();
        try {
            known().add(judged.index(), judged.valid(), judged.mastership());
            if (judged.index() == tail() + 1 && hasRoom(judged.bytes())) {
                put(judged);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing will come after what is judged. */
    void fail(Throwable cause) {
        lock.lock();
        try {
            failure = cause;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The last index judged; 0 before anything is known. */
    long judged() {
        lock.lock();
        try {
            Verdicts v = verdicts;
            return v == null ? 0 : v.index();
        } finally {
            lock.unlock();
        }
    }

    // ---- who applies

    /**
     * The next one to be applied is the one after {@code index}; waits until that is judged.
     *
     * @return the index after which verdicts are known, or {@code index} if that is earlier: if it is not, those between must be given by {@link #earlier} first
     * @throws IllegalStateException if it never will be
     */
    long position(long index) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (verdicts == null || known().index() < index) {
                requireJudging();
                changed.await();
            }
            while (!waiting.isEmpty() && waiting.getFirst().index() <= index) {
                bytes -= waiting.remove().bytes();
            }
            if (!waiting.isEmpty() && waiting.getFirst().index() != index + 1) {
                waiting.clear();
                bytes = 0;
            }
            next = index + 1;
            return Math.max(index, known().after());
        } finally {
            lock.unlock();
        }
    }

    /** Verdicts on what comes right before those that are known. */
    void earlier(Verdicts before) {
        lock.lock();
        try {
            known().before(before);
        } finally {
            lock.unlock();
        }
    }

    /** Verdicts up to {@code index} are not needed any more. */
    void forget(long index) {
        lock.lock();
        try {
            known().forget(index);
        } finally {
            lock.unlock();
        }
    }

    /** @throws IllegalStateException if nothing more will be judged */
    void requireJudging() {
        Throwable cause = failure;
        if (cause != null) {
            throw new IllegalStateException("entries cannot be judged", cause);
        }
    }

    Mastership masterAt(long index) {
        lock.lock();
        try {
            return known().masterAt(index);
        } finally {
            lock.unlock();
        }
    }

    boolean valid(long index) {
        lock.lock();
        try {
            return known().valid(index);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the wait of {@link #await}, now or the next. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Earlier calls of {@link #wake} are answered. */
    void awake() {
        lock.lock();
        try {
            woken = false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the next one to be applied is judged.
     *
     * @return the last index that can be read from the log because it is not here; less than the next one if that is here; {@link #WOKEN} after {@link #wake}
     * @throws IllegalStateException if there will be none any more
     */
    long await() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!woken && known().index() < next) {
                requireJudging();
                changed.await();
            }
            if (woken) {
                return WOKEN;
            }
            return waiting.isEmpty() ? known().index() : next - 1;
        } finally {
            lock.unlock();
        }
    }

    /** @return whether there was, or is within that time, a call of {@link #wake} */
    boolean wokenWithin(long millis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!woken && left > 0) {
                left = changed.awaitNanos(left);
            }
            return woken;
        } finally {
            lock.unlock();
        }
    }

    /** The next index to be applied. */
    long next() {
        lock.lock();
        try {
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Puts entries here that were read from the log, as the next ones. */
    void fill(List<Judged> read) {
        lock.lock();
        try {
            if (waiting.isEmpty()) {
                read.forEach(this::put);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next one to be applied; it stays. */
    Judged first() {
        lock.lock();
        try {
            return waiting.getFirst();
        } finally {
            lock.unlock();
        }
    }

    /** Takes from the front, without waiting, as long as {@code more} holds, the entries' bytes stay within the bound and there is something. */
    List<Judged> takeWhile(int entries, long bytesBound, Predicate<Judged> more) {
        lock.lock();
        try {
            List<Judged> taken = new ArrayList<>();
            long size = 0;
            for (Judged j = waiting.peek(); j != null && taken.size() < entries && more.test(j); j = waiting.peek()) {
                if (!taken.isEmpty() && size + j.bytes() > bytesBound) {
                    break;
                }
                taken.add(waiting.remove());
                size += j.bytes();
                bytes -= j.bytes();
                next = j.index() + 1;
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** When the oldest waiting transaction was proposed; 0 if none waits. */
    long oldestMicros() {
        lock.lock();
        try {
            for (Judged j : waiting) {
                if (j.commitMicros() != 0) {
                    return j.commitMicros();
                }
            }
            return 0;
        } finally {
            lock.unlock();
        }
    }

    private void put(Judged judged) {
        waiting.add(judged);
        bytes += judged.bytes();
    }

    /** An empty queue has room for any one entry. */
    private boolean hasRoom(int more) {
        return waiting.isEmpty() || waiting.size() < entriesMax && bytes + more <= bytesMax;
    }

    private long tail() {
        return waiting.isEmpty() ? next - 1 : waiting.getLast().index();
    }

    private Verdicts known() {
        if (verdicts == null) {
            throw new IllegalStateException("judging has not begun");
        }
        return verdicts;
    }
}

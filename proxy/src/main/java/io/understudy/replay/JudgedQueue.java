package io.understudy.replay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Between judging and applying; bounded by entries and bytes, but always room for one. */
final class JudgedQueue {
    private final int entriesMax;
    private final long bytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Judged> waiting = new ArrayDeque<>();
    private long bytes;
    private @Nullable Throwable failure;
    private boolean woken;

    JudgedQueue(int entriesMax, long bytesMax) {
        this.entriesMax = entriesMax;
        this.bytesMax = bytesMax;
    }

    void put(Judged judged) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!waiting.isEmpty() && (waiting.size() >= entriesMax || bytes + judged.bytes() > bytesMax)) {
                changed.await();
            }
            waiting.add(judged);
            bytes += judged.bytes();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing will come after what is here. */
    void fail(Throwable cause) {
        lock.lock();
        try {
            failure = cause;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the wait of {@link #first}, now or the next. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the first entry; it stays in the queue.
     *
     * @return null after {@link #wake}
     * @throws IllegalStateException if there will be none any more
     */
    @Nullable
    Judged first() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && !woken) {
                if (failure != null) {
                    throw new IllegalStateException("entries cannot be judged", failure);
                }
                changed.await();
            }
            return woken ? null : waiting.getFirst();
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
            }
            changed.signalAll();
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
}

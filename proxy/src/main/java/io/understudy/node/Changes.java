package io.understudy.node;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes sessions that wait for a replica to catch up or for a master to open. Costs nothing while nobody waits. */
final class Changes {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();

    void happened() {
        if (waiting.get() > 0) {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits for the next change. One that happens between the caller's look and this call is missed: {@code waitMax} must be short. */
    void await(Duration waitMax) throws InterruptedException {
        waiting.incrementAndGet();
        lock.lockInterruptibly();
        try {
            var unused = changed.awaitNanos(Math.min(waitMax.toNanos(), 2_000_000));
        } finally {
            lock.unlock();
            waiting.decrementAndGet();
        }
    }
}

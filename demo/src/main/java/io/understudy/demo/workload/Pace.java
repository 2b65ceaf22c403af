package io.understudy.demo.workload;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How writes go on around something that is done to the cluster. Safe for use by many threads. */
public final class Pace {
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicLong longestNanos = new AtomicLong();
    private volatile Awaited awaited = new Awaited(0);
    private volatile String lastError = "";

    /** The first write that is begun once something has been done, timed from when that began. */
    private static final class Awaited {
        private final long sinceNanos;
        private volatile long doneNanos = Long.MAX_VALUE;
        private volatile long acknowledgedNanos;

        Awaited(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }
    }

    /** Something is being done from now on, until {@link #done}. */
    public void mark() {
        awaited = new Awaited(System.nanoTime());
        longestNanos.set(0);
    }

    /** It is done: the first acknowledged write that is begun later is waited for. */
    public void done() {
        awaited.doneNanos = System.nanoTime();
    }

    /** How long after the last {@link #mark} a write begun after {@link #done} was acknowledged, in milliseconds; negative if none was yet. */
    public long resumedMillis() {
        Awaited a = awaited;
        long at = a.acknowledgedNanos;
        return at == 0 ? -1 : Math.max(0, at - a.sinceNanos) / 1_000_000;
    }

    /** The longest attempt that ended since the last {@link #mark}, good or bad, in milliseconds. */
    public long longestMillis() {
        return longestNanos.get() / 1_000_000;
    }

    /** How many writes were acknowledged. */
    public int acknowledged() {
        return acknowledged.get();
    }

    /** What a client was told last when it did not go well. */
    public String lastError() {
        return lastError;
    }

    void acknowledged(long begunNanos) {
        long now = ended(begunNanos);
        acknowledged.incrementAndGet();
        Awaited a = awaited;
        if (begunNanos >= a.doneNanos && a.acknowledgedNanos == 0) {
            a.acknowledgedNanos = now;
        }
    }

    void failed(long begunNanos, String error) {
        lastError = error;
        ended(begunNanos);
    }

    private long ended(long begunNanos) {
        long now = System.nanoTime();
        longestNanos.accumulateAndGet(now - begunNanos, Math::max);
        return now;
    }
}

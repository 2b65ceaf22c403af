package io.understudy.node;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** What was surely committed when, as far back as readers allow: the leader need not be asked for each of them. Safe for use by many threads. */
final class ConfirmedIndex {
    private final Supplier<CompletableFuture<Long>> leader;
    private volatile Confirmed last = new Confirmed(0, 0, false);

    /** @param beganNanos when it was asked for: it is no lower than any commit acknowledged before */
    private record Confirmed(long beganNanos, long index, boolean any) {}

    ConfirmedIndex(Supplier<CompletableFuture<Long>> leader) {
        this.leader = leader;
    }

    /**
     * An index that no commit acknowledged longer ago than that is above.
     *
     * @param age zero: none acknowledged before this call
     * @throws TimeoutException if nobody can tell by then
     */
    long notOlderThan(Duration age, Duration waitMax) throws TimeoutException, InterruptedException {
        long now = System.nanoTime();
        Confirmed known = last;
        if (known.any && !age.isZero() && now - known.beganNanos <= age.toNanos()) {
            return known.index;
        }
        long deadline = now + waitMax.toNanos();
        while (true) {
            long began = System.nanoTime();
            try {
                long index = leader.get().get(Math.max(1, deadline - began), TimeUnit.NANOSECONDS);
                last = new Confirmed(began, index, true);
                return index;
            } catch (ExecutionException e) {
                if (System.nanoTime() - deadline >= 0) {
                    throw new TimeoutException(String.valueOf(e.getCause()));
                }
            }
        }
    }
}

package io.understudy.execution;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long the stages take: counts, sums and a histogram by powers of two of microseconds. Safe for use by many threads; reading is not atomic over stages.
 */
public final class StageTimes {
    private static final int BUCKETS = 32;

    private final Map<Stage, Times> stages = new EnumMap<>(Stage.class);

    public StageTimes() {
        for (Stage s : Stage.values()) {
            stages.put(s, new Times());
        }
    }

    void add(Stage stage, long nanos) {
        Times t = times(stage);
        t.count.increment();
        t.nanos.add(nanos);
        int bucket = 64 - Long.numberOfLeadingZeros(Math.max(0, nanos / 1_000));
        t.buckets.incrementAndGet(Math.min(bucket, BUCKETS - 1));
    }

    /** How often that stage was passed. */
    public long count(Stage stage) {
        return times(stage).count.sum();
    }

    /** Seconds spent in it, all in all. */
    public double seconds(Stage stage) {
        return times(stage).nanos.sum() / 1e9;
    }

    /** An upper bound of the quantile (0..1), in microseconds, exact to a factor of two. */
    public long quantileMicros(Stage stage, double quantile) {
        Times t = times(stage);
        long all = 0;
        for (int i = 0; i < BUCKETS; i++) {
            all += t.buckets.get(i);
        }
        long rank = (long) Math.ceil(all * quantile);
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += t.buckets.get(i);
            if (seen >= rank) {
                return 1L << i;
            }
        }
        return 1L << BUCKETS;
    }

    private Times times(Stage stage) {
        return java.util.Objects.requireNonNull(stages.get(stage));
    }

    private static final class Times {
        final LongAdder count = new LongAdder();
        final LongAdder nanos = new LongAdder();
        final AtomicLongArray buckets = new AtomicLongArray(BUCKETS);
    }
}

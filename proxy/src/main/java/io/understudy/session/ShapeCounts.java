package io.understudy.session;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of the statements of one shape. Safe for use by many threads, none of which waits. */
final class ShapeCounts {
    private final String shape;
    private final String kind;
    private final LongAdder errors = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);
    /** Calls by node: a few names that stay the same. */
    private final Map<String, LongAdder> calls = new ConcurrentHashMap<>(4);

    ShapeCounts(String shape, String kind) {
        this.shape = shape;
        this.kind = kind;
    }

    String shape() {
        return shape;
    }

    /** @param node where it ran, empty if it came to none */
    void ran(String node, long took, int times, boolean failed) {
        LongAdder there = calls.get(node);
        if (there == null) {
            there = calls.computeIfAbsent(node, n -> new LongAdder());
        }
        there.add(times);
        nanos.add(took * times);
        longest.accumulate(took);
        if (failed) {
            errors.increment();
        }
    }

    StatementStatistics.Counted counted() {
        Map<String, Long> byNode = new HashMap<>();
        calls.forEach((node, count) -> byNode.put(node, count.sum()));
        return new StatementStatistics.Counted(
                shape, kind, byNode, errors.sum(), nanos.sum() / 1000, longest.get() / 1000);
    }
}

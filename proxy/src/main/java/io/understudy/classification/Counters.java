package io.understudy.classification;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** What the classifier counts. Safe for all threads. */
final class Counters {
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder parsed = new LongAdder();
    final LongAdder misrouted = new LongAdder();
    // Keys come from small fixed sets: kinds of classifications and reasons of Unsupported.
    private final Map<String, LongAdder> fallbacks = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> kinds = new ConcurrentHashMap<>();

    private static final int REASONS_MAX = 200;

    void fellBack(String reason) {
        String key = fallbacks.size() < REASONS_MAX || fallbacks.containsKey(reason) ? reason : "other";
        fallbacks.computeIfAbsent(key, k -> new LongAdder()).increment();
    }

    Classification counted(Classification c) {
        LongAdder adder = kinds.get(c.kind());
        if (adder == null) {
            adder = kinds.computeIfAbsent(c.kind(), k -> new LongAdder());
        }
        adder.increment();
        return c;
    }

    ClassificationStatistics snapshot() {
        return new ClassificationStatistics(
                hits.sum(), misses.sum(), parsed.sum(), sums(fallbacks), misrouted.sum(), sums(kinds));
    }

    private static Map<String, Long> sums(Map<String, LongAdder> adders) {
        return adders.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().sum()));
    }
}

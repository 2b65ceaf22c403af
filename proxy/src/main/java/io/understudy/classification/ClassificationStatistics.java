package io.understudy.classification;

import java.util.Map;

/**
 * Counts since the classifier was made.
 *
 * @param hits statements whose shape was in the cache
 * @param misses statements that were not
 * @param parsed queries and DML statements that Calcite understood, counted once per miss
 * @param fallbacks queries and DML statements that were taken as writes because they were not understood, by reason
 * @param misrouted statements that a replica refused as writes
 * @param kinds statements by kind ("read", "write", …)
 */
public record ClassificationStatistics(
        long hits, long misses, long parsed, Map<String, Long> fallbacks, long misrouted, Map<String, Long> kinds) {
    public ClassificationStatistics {
        fallbacks = Map.copyOf(fallbacks);
        kinds = Map.copyOf(kinds);
    }

    /** Of the queries and DML statements that were not in the cache, the share that was not understood; 0 if there were none. */
    public double fallbackShare() {
        long fell = fallbacks.values().stream().mapToLong(Long::longValue).sum();
        return parsed + fell == 0 ? 0 : (double) fell / (parsed + fell);
    }
}

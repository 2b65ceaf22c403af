package io.understudy.topology;

import java.util.List;
import java.util.Map;

/**
 * What a node has done since its proxy started, told with its {@link NodeStatus} so that every node can show it.
 *
 * @param startedMicros when its proxy started, microseconds since 1970 UTC
 * @param openedEpoch the epoch in which it last opened as master, 0 if it never did
 * @param openedMicros when that was, by its own clock; 0 if it never did
 * @param clients clients logged in
 * @param writes write transactions it committed as master
 * @param statementForm entries it proposed in statement form
 * @param rowForm entries it proposed in row form
 * @param reads reads that its clients' sessions ran, by the node whose PostgreSQL ran them
 * @param readTimes how long those of them took that were reads by themselves, by the same node
 * @param stages how long its write transactions took
 */
public record NodeLoad(
        long startedMicros,
        long openedEpoch,
        long openedMicros,
        long clients,
        long writes,
        long statementForm,
        long rowForm,
        Map<String, Long> reads,
        Map<String, Took> readTimes,
        List<StageTime> stages) {
    /** Nothing yet. */
    public static final NodeLoad NONE = new NodeLoad(0, 0, 0, 0, 0, 0, 0, Map.of(), Map.of(), List.of());

    public NodeLoad {
        reads = Map.copyOf(reads);
        readTimes = Map.copyOf(readTimes);
        stages = List.copyOf(stages);
    }

    /** Some of a kind, and the time they took together. */
    public record Took(long count, long micros) {
        public static final Took NOTHING = new Took(0, 0);

        public Took and(Took other) {
            return new Took(count + other.count, micros + other.micros);
        }
    }

    /**
     * A stage of the commit protocol.
     *
     * @param stage its name in lower case
     * @param count transactions that passed it
     * @param totalMicros time they spent in it
     * @param p50Micros median since the start, exact to a factor of two
     * @param p99Micros 99th percentile since the start, exact to a factor of two
     */
    public record StageTime(String stage, long count, long totalMicros, long p50Micros, long p99Micros) {}
}

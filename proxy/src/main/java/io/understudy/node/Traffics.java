package io.understudy.node;

import io.understudy.admin.ClusterSnapshot.Traffic;
import io.understudy.execution.Stage;
import io.understudy.topology.NodeLoad;
import io.understudy.topology.NodeLoad.Took;
import io.understudy.topology.NodeStatus;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * Adds up what nodes tell: a node's reads are those that sessions of all nodes ran on its PostgreSQL. What a proxy had counted before it was restarted is kept as it was
 * last told. Safe for use by many threads.
 */
final class Traffics {
    private static final String EXECUTE = Stage.EXECUTE.name().toLowerCase(Locale.ROOT);
    private static final String LAST = Stage.LOCAL_COMMIT.name().toLowerCase(Locale.ROOT);

    private final Map<String, Map<UUID, NodeStatus>> last = new HashMap<>();

    synchronized void heard(NodeStatus status) {
        last.computeIfAbsent(status.name(), n -> new HashMap<>()).put(status.process(), status);
    }

    synchronized Traffic of(String node) {
        long reads = 0;
        for (Map<UUID, NodeStatus> runs : last.values()) {
            for (NodeStatus run : runs.values()) {
                reads += run.load().reads().getOrDefault(node, 0L);
            }
        }
        long writes = last.getOrDefault(node, Map.of()).values().stream()
                .mapToLong(run -> run.load().writes())
                .sum();
        return new Traffic(reads, writes, readTime(node), commitTime(node));
    }

    private Took readTime(String node) {
        return last.values().stream()
                .flatMap(runs -> runs.values().stream())
                .map(run -> run.load().readTimes().getOrDefault(node, Took.NOTHING))
                .reduce(Took.NOTHING, Took::and);
    }

    /** From the COMMIT on: what clients let pass before it is theirs. */
    private Took commitTime(String node) {
        long count = 0;
        long micros = 0;
        for (NodeStatus run : last.getOrDefault(node, Map.of()).values()) {
            for (NodeLoad.StageTime stage : run.load().stages()) {
                micros += stage.stage().equals(EXECUTE) ? 0 : stage.totalMicros();
                count += stage.stage().equals(LAST) ? stage.count() : 0;
            }
        }
        return new Took(count, micros);
    }
}

package io.understudy.node;

import io.understudy.admin.ClusterSnapshot.Traffic;
import io.understudy.topology.NodeStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Adds up what nodes tell: a node's reads are those that sessions of all nodes ran on its PostgreSQL. What a proxy had counted before it was restarted is kept as it was
 * last told. Safe for use by many threads.
 */
final class Traffics {
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
        return new Traffic(reads, writes);
    }
}

package io.understudy.node;

import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.log.LoggedMember;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a witness may remove from its log: what every database of the cluster has, as far as each node has said since the witness was started. It may be the only one besides the master that has what a
 * database lacks that is away. Not safe for use by several threads.
 */
final class WitnessLog {
    private final NodeConfig config;
    private final ReplicatedLog log;
    private final LogCutting cutting;
    private final Map<String, Long> applied = new HashMap<>();

    private WitnessLog(NodeConfig config, ReplicatedLog log, LogCutting cutting) {
        this.config = config;
        this.log = log;
        this.cutting = cutting;
    }

    /** Nothing if the node is no witness. */
    static Optional<WitnessLog> of(NodeConfig config, ReplicatedLog log, LogCutting cutting) {
        return config.duties().witness() ? Optional.of(new WitnessLog(config, log, cutting)) : Optional.empty();
    }

    /** Hears how far the databases are. */
    void look() {
        long everywhere = Long.MAX_VALUE;
        for (LoggedMember m : log.members().all()) {
            NodeStatus status = log.peer(m.name());
            boolean witness = status != null && status.state() == NodeState.WITNESS;
            if (!witness && !m.name().equals(config.node())) {
                // Who comes again with nothing is another one.
                String who = m.name() + " " + m.life();
                long has = Math.max(applied.getOrDefault(who, 0L), status == null ? 0 : status.appliedIndex());
                applied.put(who, has);
                everywhere = Math.min(everywhere, has);
            }
        }
        if (everywhere < Long.MAX_VALUE) {
            cutting.durable(everywhere);
        }
    }
}

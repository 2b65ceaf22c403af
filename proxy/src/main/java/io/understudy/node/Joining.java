package io.understudy.node;

import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.topology.NodeState;
import java.time.Duration;

/**
 * Asks for this node's vote once it is worth one: it has been added to the cluster, has the log, and its database, if it is to have one, follows that. A node that votes before it could take over would only make the majority harder to
 * reach. Asks again until it has one, so that it does not matter who of those involved dies meanwhile.
 */
final class Joining implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(300);
    private static final long BEHIND_MAX = 2_000;

    private final NodeConfig config;
    private final ReplicatedLog log;
    private final ClusterState cluster;
    private final Thread thread;

    Joining(NodeConfig config, ReplicatedLog log, ClusterState cluster) {
        this.config = config;
        this.log = log;
        this.cluster = cluster;
        this.thread = Thread.ofVirtual().name("joining").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!log.members().votes()) {
                if (log.members().belongs() && follows()) {
                    log.members().promote();
                }
                Thread.sleep(EVERY);
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private boolean follows() {
        if (cluster.state() == NodeState.WITNESS) {
            return true;
        }
        boolean near = log.committedIndex() - cluster.applied() <= BEHIND_MAX
                || !config.duties().delay().isZero();
        return cluster.state() == NodeState.REPLICA && near;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}

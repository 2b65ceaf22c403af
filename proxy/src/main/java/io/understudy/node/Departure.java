package io.understudy.node;

import io.understudy.admin.OrderRefusedException;
import io.understudy.admin.Switchover;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.event.EventLog;
import io.understudy.execution.MasterGate;
import io.understudy.session.ClientListener;
import io.understudy.topology.NodeState;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A node's orderly end: its mastership goes to another node and its clients leave before anything is closed. Bounded by 10 s, which is what orchestrators and {@code docker stop} wait by default; what has not ended by
 * then is cut off, as in a crash.
 */
final class Departure {
    private static final Duration HAND_OVER_MAX = Duration.ofSeconds(6);
    private static final Duration LEADER_MAX = Duration.ofSeconds(1);
    private static final Duration CLIENTS_MAX = Duration.ofMillis(2500);

    private final NodeConfig config;
    private final MasterGate gate;
    private final Switchover mastering;
    private final ReplicatedLog log;
    private final ClusterState cluster;
    private final ClientListener clients;
    private final EventLog events;

    Departure(
            NodeConfig config,
            MasterGate gate,
            Switchover mastering,
            ReplicatedLog log,
            ClusterState cluster,
            ClientListener clients,
            EventLog events) {
        this.config = config;
        this.gate = gate;
        this.mastering = mastering;
        this.log = log;
        this.cluster = cluster;
        this.clients = clients;
        this.events = events;
    }

    /** Returns when all has gone that could be waited for. */
    void run() {
        events.add("node", config.node() + " is told to end");
        cluster.leaving();
        try {
            if (gate.epoch() > 0 && somebodyCouldBeMaster()) {
                handOver();
            }
            int left = clients.drain(CLIENTS_MAX);
            if (left > 0) {
                events.add("node", left + " clients did not end what they do in time and are cut off");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** When a whole cluster is stopped, there soon is nobody. */
    private boolean somebodyCouldBeMaster() {
        return gate.hasMajority() && log.peers().values().stream().anyMatch(n -> n.state() != NodeState.QUARANTINED);
    }

    private void handOver() throws InterruptedException {
        Thread order = Thread.ofVirtual().name("hand-over").start(() -> {
            try {
                mastering.to("", false);
            } catch (OrderRefusedException e) {
                events.add("master", config.node() + " ends without a successor: " + e.getMessage());
            }
        });
        await(HAND_OVER_MAX, () -> !order.isAlive() || !somebodyCouldBeMaster());
        order.interrupt();
        // Nodes that do not have to elect a leader first go on accepting writes meanwhile.
        await(
                LEADER_MAX,
                () -> !log.leadership().leader().equals(config.node()) || !gate.hasMajority() || gate.epoch() > 0);
    }

    private static void await(Duration max, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + max.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
    }
}

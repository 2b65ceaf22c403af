package io.understudy.node;

import io.understudy.admin.OrderRefusedException;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.execution.MasterGate;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares everything now and then while this node is the master, with the replicas that are there. One thread of its own. */
final class BackgroundVerification implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundVerification.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final NodeConfig config;
    private final ReplicatedLog log;
    private final MasterGate gate;
    private final VerificationRuns runs;
    private final Thread thread;
    private volatile boolean soon;
    private volatile boolean closed;

    BackgroundVerification(NodeConfig config, ReplicatedLog log, MasterGate gate, VerificationRuns runs) {
        this.config = config;
        this.log = log;
        this.gate = gate;
        this.runs = runs;
        this.thread = Thread.ofPlatform().name("verification").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** There is a reason to look at once. */
    void soon() {
        soon = true;
    }

    private void run() {
        Duration every = config.repairs().verifyEvery();
        long last = System.nanoTime();
        try {
            while (!closed) {
                Thread.sleep(LOOK_EVERY);
                boolean due = !every.isZero() && System.nanoTime() - last >= every.toNanos();
                if (gate.isOpen() && (due || soon)) {
                    soon = false;
                    compare();
                    last = System.nanoTime();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void compare() {
        List<String> nodes = new ArrayList<>();
        nodes.add(config.node());
        log.peers().values().stream()
                .filter(n -> n.state() == NodeState.REPLICA && n.duties().delaySeconds() == 0)
                .map(NodeStatus::name)
                .forEach(nodes::add);
        if (nodes.size() < 2) {
            return;
        }
        try {
            runs.inBackground(nodes, config.repairs().verifyShare());
        } catch (OrderRefusedException e) {
            LOG.debug("no verification now: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("verification in the background", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}

package io.understudy.node;

import io.understudy.admin.OrderRefusedException;
import io.understudy.admin.Switchover;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.event.EventLog;
import io.understudy.execution.CommitProtocol;
import io.understudy.execution.MasterGate;
import io.understudy.execution.MasterTransactions;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.mastership.MasterActions;
import io.understudy.topology.Duties.Candidacy;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries the mastership's decisions out, and hands it over when asked to. */
final class Mastering implements MasterActions, Switchover {
    private static final Logger LOG = LoggerFactory.getLogger(Mastering.class);
    private static final Duration FIRST_AGAIN = Duration.ofMillis(200);
    private static final Duration DRAIN_MAX = Duration.ofSeconds(5);
    private static final Duration HAND_OVER_MAX = Duration.ofSeconds(20);
    private static final String HOLD = "switchover";

    private final NodeConfig config;
    private final UUID process;
    private final ReplicatedLog log;
    private final MasterGate gate;
    private final CommitProtocol protocol;
    private final MasterTransactions transactions;
    private final LocalServer local;
    private final ClusterState cluster;
    private final EventLog events;
    private final Runnable changed;
    private final Opened opened;
    private final AtomicBoolean handingOver = new AtomicBoolean();

    /** Told when this node accepts writes. */
    @FunctionalInterface
    interface Opened {
        void opened(long epoch, Instant at);
    }

    Mastering(
            NodeConfig config,
            UUID process,
            ReplicatedLog log,
            MasterGate gate,
            CommitProtocol protocol,
            MasterTransactions transactions,
            LocalServer local,
            ClusterState cluster,
            EventLog events,
            Runnable changed,
            Opened opened) {
        this.config = config;
        this.process = process;
        this.log = log;
        this.gate = gate;
        this.protocol = protocol;
        this.transactions = transactions;
        this.local = local;
        this.cluster = cluster;
        this.events = events;
        this.changed = changed;
        this.opened = opened;
    }

    @Override
    public void assign(String node, UUID ofProcess, long epoch, String reason) {
        events.add(
                "master",
                "proposing " + node + " as master of epoch " + epoch + ": " + reason,
                Map.of("epoch", epoch, "master", node));
        propose(node, ofProcess, epoch, reason, log.lastOpen());
    }

    /** @param writable until when anybody is known to have accepted writes */
    private void propose(String node, UUID ofProcess, long epoch, String reason, Optional<Instant> writable) {
        log.propose(EntryCodec.encode(new Entry.MasterAssigned(
                node,
                ofProcess,
                epoch,
                reason,
                micros(Instant.now()),
                writable.map(Mastering::micros).orElse(0L))));
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    @Override
    public void open(long epoch) throws SQLException {
        local.prepareMaster(process);
        boolean first = nothingWritten();
        protocol.opened();
        cluster.announced(!first);
        cluster.opened(epoch);
        gate.open(epoch);
        opened.opened(epoch, Instant.now());
        if (cluster.assigned().epoch() != epoch) {
            gate.close(
                    "the mastership went to " + cluster.assigned().node(),
                    t -> transactions.evict(t, "the master moved"));
            return;
        }
        if (first) {
            shareVerifier(epoch);
            cluster.announced(true);
        }
        events.add(
                "master",
                config.node() + " is open as master of epoch " + epoch,
                Map.of("epoch", epoch, "master", config.node()));
        changed.run();
    }

    /** Whether the log has no transaction yet. A master that was lost before it wrote anything has not shared its verifier, whatever the epoch is now. */
    private boolean nothingWritten() {
        NodeLog entries = new NodeLog(log);
        if (entries.firstIndex() > 1) {
            return false;
        }
        try {
            for (long index = 1; index <= entries.lastIndex(); index++) {
                if (entries.read(index) instanceof Entry.Transaction) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            LOG.warn("the beginning of the log could not be read; it is taken for written", e);
            return false;
        }
    }

    /**
     * Servers that were set up apart have their own verifier for the same password; one for all lets a client of any node be the same role everywhere. It goes through this
     * node like any client's statement, so that it is in the log.
     */
    private void shareVerifier(long epoch) {
        while (gate.epoch() == epoch) {
            try {
                FirstStatement.shareVerifier(config, local);
                return;
            } catch (SQLException e) {
                LOG.warn("the first statement failed and is tried again: {}", e.getMessage());
            }
            LockSupport.parkNanos(FIRST_AGAIN.toNanos());
        }
    }

    @Override
    public void close(String why) {
        events.add("master", config.node() + " is no longer open as master: " + why);
        gate.close(why, t -> transactions.evict(t, why));
        changed.run();
    }

    @Override
    public void handOver(String node) {
        Thread.ofVirtual().name("hand-over").start(() -> {
            try {
                to(node, false);
            } catch (OrderRefusedException e) {
                events.add("master", "the mastership was not handed over to " + node + ": " + e.getMessage());
            }
        });
    }

    @Override
    public void transferLeadership(String node) {
        log.transferLeadership(node);
    }

    @Override
    public String to(String target, boolean mayForward) throws OrderRefusedException {
        long epoch = gate.epoch();
        if (epoch == 0) {
            throw new OrderRefusedException(
                    "this node is not the master; ask " + cluster.assigned().node());
        }
        NodeStatus next = choose(target);
        if (!handingOver.compareAndSet(false, true)) {
            throw new OrderRefusedException("a switchover is under way already");
        }
        cluster.switchingOver(true);
        try {
            events.add("master", "switchover to " + next.name() + " begins");
            Instant held = Instant.now();
            gate.hold(HOLD);
            if (!gate.drained(DRAIN_MAX)) {
                gate.insideNow().forEach(t -> transactions.evict(t, "a switchover did not wait any longer"));
                gate.drained(DRAIN_MAX);
            }
            logSequences();
            handOver(next, epoch, held);
            return next.name();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OrderRefusedException("interrupted");
        } finally {
            cluster.switchingOver(false);
            handingOver.set(false);
            if (cluster.assigned().epoch() == epoch) {
                gate.resume(HOLD);
            }
            changed.run();
        }
    }

    /** Once proposed it may happen at any time: transactions are held until the log has decided. */
    private void handOver(NodeStatus next, long epoch, Instant held) throws InterruptedException {
        long again = 0;
        while (cluster.assigned().epoch() == epoch) {
            if (System.nanoTime() - again > 1_000_000_000L || again == 0) {
                again = System.nanoTime();
                propose(next.name(), next.process(), epoch + 1, "switchover from " + config.node(), Optional.of(held));
            }
            Thread.sleep(1);
        }
        long deadline = System.nanoTime() + HAND_OVER_MAX.toNanos();
        while (System.nanoTime() < deadline) {
            NodeStatus n = log.peers().get(next.name());
            if (n != null && n.state() == NodeState.MASTER) {
                return;
            }
            Thread.sleep(2);
        }
    }

    /** So that the next master goes on exactly where this one stops; without it values are left out, never given twice. */
    private void logSequences() {
        try {
            protocol.logFinalSequences(Duration.ofSeconds(2));
        } catch (SQLException e) {
            events.add("master", "positions of sequences were not logged: " + e.getMessage());
        }
    }

    private NodeStatus choose(String target) throws OrderRefusedException {
        Map<String, NodeStatus> peers = log.peers();
        if (!target.isEmpty()) {
            NodeStatus n = peers.get(target);
            if (n == null) {
                throw new OrderRefusedException(
                        "there is no other node " + target + " in view; there are " + peers.keySet());
            }
            if (n.state() != NodeState.REPLICA) {
                throw new OrderRefusedException(target + " is " + n.state() + " and cannot become master");
            }
            if (n.duties().candidacy() != Candidacy.ALWAYS) {
                throw new OrderRefusedException(target + " is not meant to be master: " + whyNot(n));
            }
            return n;
        }
        Optional<NodeStatus> best = peers.values().stream()
                .filter(n -> n.state() == NodeState.REPLICA && n.duties().candidacy() == Candidacy.ALWAYS)
                .max(Comparator.comparingLong(NodeStatus::appliedIndex));
        return best.orElseThrow(() -> new OrderRefusedException("no replica is able to become master"));
    }

    private static String whyNot(NodeStatus n) {
        if (n.duties().drained()) {
            return "it is drained; understudy undrain " + n.name() + " ends that";
        }
        return n.duties().delaySeconds() > 0 ? "its settings say delay" : "its settings say mastership: false";
    }
}

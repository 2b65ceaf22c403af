package io.understudy.node;

import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.execution.MasterGate;
import io.understudy.execution.ShadowChecks;
import io.understudy.mastership.Observation;
import io.understudy.repair.Quarantine;
import io.understudy.replay.AppliedIndex;
import io.understudy.replay.LoopState;
import io.understudy.replay.Mastership;
import io.understudy.route.ClusterPicture;
import io.understudy.topology.Duties;
import io.understudy.topology.NodeLoad;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What this node knows: of itself exactly, of the others what they said last. Safe for use by many threads. */
final class ClusterState {
    private final NodeConfig config;
    private final UUID process;
    private final ReplicatedLog log;
    private final AppliedIndex applied;
    private final MasterGate gate;
    private final ServerHealth health;
    private final LongSupplier judged;
    private final ShadowChecks checks;
    private final Quarantine quarantine;
    private final DrainMark drained;
    private final PeerReach reach;
    private final Duties atWork;
    private final Duties withoutWork;
    private final Map<String, AtomicInteger> outstanding = new ConcurrentHashMap<>();

    /** By the judging thread: ahead of what is applied, and known also while this node's PostgreSQL is away. */
    private volatile Mastership assigned = Mastership.NONE;

    private volatile long assignmentApplied;
    private volatile long lastOpened;
    private volatile boolean announced = true;
    private volatile LoopState loop = new LoopState.Starting();
    private volatile boolean switchingOver;
    private volatile boolean leaving;
    private volatile Supplier<NodeLoad> load = () -> NodeLoad.NONE;
    private volatile long masterAbleNanos = System.nanoTime();

    ClusterState(
            NodeConfig config,
            UUID process,
            ReplicatedLog log,
            AppliedIndex applied,
            LongSupplier judged,
            MasterGate gate,
            ServerHealth health,
            ShadowChecks checks,
            Quarantine quarantine,
            DrainMark drained,
            PeerReach reach) {
        this.config = config;
        this.process = process;
        this.log = log;
        this.applied = applied;
        this.judged = judged;
        this.gate = gate;
        this.health = health;
        this.checks = checks;
        this.quarantine = quarantine;
        this.drained = drained;
        this.reach = reach;
        this.atWork = duties(config.duties(), false);
        this.withoutWork = duties(config.duties(), true);
    }

    /** What this node's status tells of what it has done. */
    void load(Supplier<NodeLoad> meter) {
        load = meter;
    }

    void assigned(Mastership m) {
        assigned = m;
    }

    Mastership assigned() {
        return assigned;
    }

    void assignmentApplied(long epoch) {
        assignmentApplied = epoch;
    }

    void loop(LoopState s) {
        loop = s;
    }

    void opened(long epoch) {
        lastOpened = epoch;
    }

    /** Whether others may be told that this master is open. */
    void announced(boolean is) {
        announced = is;
    }

    void switchingOver(boolean is) {
        switchingOver = is;
    }

    /** This node has been told to end. */
    void leaving() {
        leaving = true;
    }

    boolean isLeaving() {
        return leaving;
    }

    /** Last entry whose effects are visible in this node's database. */
    long applied() {
        return applied.applied();
    }

    NodeState state() {
        if (config.duties().witness()) {
            if (!gate.hasMajority()) {
                return NodeState.ISOLATED;
            }
            return log.members().belongs() ? NodeState.WITNESS : NodeState.STARTING;
        }
        if (quarantine.isOn() || loop instanceof LoopState.Failed) {
            return NodeState.QUARANTINED;
        }
        if (!health.healthy()) {
            return loop instanceof LoopState.Starting && !health.isAway()
                    ? NodeState.STARTING
                    : NodeState.POSTGRES_DOWN;
        }
        if (!gate.hasMajority()) {
            return NodeState.ISOLATED;
        }
        if (gate.epoch() > 0 && announced) {
            return NodeState.MASTER;
        }
        if (!log.members().belongs()) {
            return NodeState.STARTING;
        }
        return isMine() ? NodeState.OPENING : NodeState.REPLICA;
    }

    /** Whether this run of this node is the master by the log. */
    boolean isMine() {
        Mastership a = assigned;
        return a.node().equals(config.node()) && a.process().equals(process);
    }

    NodeStatus status() {
        boolean witness = config.duties().witness();
        return new NodeStatus(
                config.node(),
                process,
                state(),
                assigned.epoch(),
                witness ? log.committedIndex() : applied.applied(),
                log.committedIndex(),
                witness ? 0 : applied.oldestUnappliedMicros(),
                config.advertise().host(),
                config.advertise().clientPort(),
                config.advertise().adminPort(),
                config.postgresHostForNodes(),
                config.postgres().port(),
                new NodeStatus.Internal(config.self().host(), config.clientPort(), config.adminPort()),
                ReadShare.after(health.healthyFor()),
                load.get(),
                checks.distrusted(),
                ailment(),
                duties());
    }

    /** What this node is there for now. */
    Duties duties() {
        Duties d = drained.isOn() ? withoutWork : atWork;
        // Who has no vote yet has not shown that it keeps up.
        return log.members().votes()
                ? d
                : new Duties(d.reads(), false, d.zone(), d.weight(), d.delaySeconds(), d.drained());
    }

    private static Duties duties(NodeConfig.Duties d, boolean drained) {
        return new Duties(
                d.reads(), d.mastership(), d.zone(), d.weight(), d.delay().toSeconds(), drained);
    }

    private NodeStatus.Ailment ailment() {
        return loop instanceof LoopState.Failed f
                ? new NodeStatus.Ailment("replay cannot go on: " + f.cause(), "", quarantine.repairs())
                : new NodeStatus.Ailment(quarantine.reason().orElse(""), quarantine.progress(), quarantine.repairs());
    }

    CompletableFuture<Long> readIndex() {
        return log.readIndex();
    }

    /** What is known of a node; null if it has left the membership view, or there is no such node. */
    @Nullable
    NodeStatus status(String node) {
        return node.equals(config.node()) ? status() : peer(node);
    }

    ClusterPicture picture() {
        Map<String, NodeStatus> peers = log.peers();
        return new ClusterPicture(
                status(),
                peers,
                master(peers),
                gate.epoch() > 0,
                outstanding,
                reach.shares(),
                ThreadLocalRandom.current().nextInt());
    }

    /** By the log, unless another node says that it has read further: one that has just come back still reads. */
    String master(Map<String, NodeStatus> peers) {
        Mastership a = assigned;
        for (NodeStatus n : peers.values()) {
            if (n.state() == NodeState.MASTER && n.epoch() > a.epoch()) {
                return n.name();
            }
        }
        return a.node();
    }

    /** What another node said last; null if it is not there. */
    @Nullable
    NodeStatus peer(String node) {
        return log.peer(node);
    }

    AtomicInteger outstanding(String node) {
        return outstanding.computeIfAbsent(node, n -> new AtomicInteger());
    }

    long ledTerm() {
        return log.ledTerm();
    }

    long knownCommitted() {
        return log.committedIndex();
    }

    long seenUpTo(String node) {
        return node.equals(config.node()) ? applied.upper() : log.committedIndex();
    }

    Observation observe() {
        Mastership a = assigned;
        Map<String, NodeStatus> peers = log.peers();
        NodeStatus master = peers.get(a.node());
        boolean able = master != null
                && (master.state() == NodeState.MASTER
                        || master.state() == NodeState.OPENING
                        || master.state() == NodeState.REPLICA);
        long now = System.nanoTime();
        if (able) {
            masterAbleNanos = now;
        }
        return new Observation(
                config.node(),
                process,
                log.leadership(),
                a,
                judged.getAsLong() >= log.committedIndex(),
                assignmentApplied,
                health.healthy() && !quarantine.isOn(),
                longer(health.unhealthyFor(), quarantine.lasted()),
                gate.epoch(),
                lastOpened,
                peers,
                Duration.ofNanos(now - masterAbleNanos),
                switchingOver,
                duties());
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}

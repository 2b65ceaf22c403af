package io.understudy.node;

import io.understudy.catalog.CatalogCache;
import io.understudy.election.ElectionBook;
import io.understudy.event.EventLog;
import io.understudy.execution.MasterGate;
import io.understudy.execution.MasterTransactions;
import io.understudy.execution.PendingAppends;
import io.understudy.log.VerificationScope;
import io.understudy.replay.ApplyListener;
import io.understudy.replay.LoopState;
import io.understudy.replay.Mastership;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the apply loop says, told to whom it concerns. */
final class ApplyEvents implements ApplyListener {
    private static final Logger LOG = LoggerFactory.getLogger(ApplyEvents.class);

    private final Runnable changed;
    private final EventLog events;
    private final ServerHealth health;
    private final MasterGate gate;
    private final PendingAppends pendings;
    private final MasterTransactions transactions;
    private final CatalogCache catalog;
    private final VerificationRuns verification;
    private final PeerServers peers;
    private final ElectionBook elections;
    private final Consumer<String> quarantine;
    private final LogCutting cutting;
    private volatile @Nullable ClusterState cluster;
    private CatalogCache.@Nullable Change change;

    ApplyEvents(
            Runnable changed,
            EventLog events,
            ServerHealth health,
            MasterGate gate,
            PendingAppends pendings,
            MasterTransactions transactions,
            CatalogCache catalog,
            VerificationRuns verification,
            PeerServers peers,
            ElectionBook elections,
            Consumer<String> quarantine,
            LogCutting cutting) {
        this.changed = changed;
        this.events = events;
        this.health = health;
        this.gate = gate;
        this.pendings = pendings;
        this.transactions = transactions;
        this.catalog = catalog;
        this.verification = verification;
        this.peers = peers;
        this.elections = elections;
        this.quarantine = quarantine;
        this.cutting = cutting;
    }

    void cluster(ClusterState c) {
        cluster = c;
    }

    @Override
    public void assigned(Mastership m) {
        ClusterState c = cluster;
        if (c == null || c.assigned().epoch() == m.epoch()) {
            return;
        }
        peers.moved(c.assigned(), m);
        c.assigned(m);
        long open = gate.epoch();
        if (open > 0 && open < m.epoch()) {
            String why = "the mastership went to " + m.node();
            gate.close(why, t -> transactions.evict(t, why));
        }
        pendings.epochBegan(m.epoch());
        elections.assigned(m.epoch(), m.index());
        events.add(
                "master",
                "entry " + m.index() + ": MasterAssigned " + m.node() + ", epoch " + m.epoch(),
                Map.of("index", m.index(), "epoch", m.epoch(), "master", m.node()));
        changed.run();
    }

    @Override
    public void assignmentApplied(Mastership m) {
        ClusterState c = cluster;
        if (c != null) {
            c.assignmentApplied(m.epoch());
        }
        changed.run();
    }

    @Override
    public void verificationPoint(UUID point, long index, VerificationScope scope) {
        verification.point(point, index, scope);
    }

    @Override
    public void state(LoopState s) {
        ClusterState c = cluster;
        if (c != null) {
            c.loop(s);
        }
        switch (s) {
            case LoopState.Applying a -> health.applying(true, "");
            case LoopState.Held h -> LOG.warn("replay is held up: {}", h);
            case LoopState.ServerDown d -> {
                health.applying(false, d.why());
                transactions.serverLost("this node's PostgreSQL is lost");
            }
            case LoopState.Diverged d -> {
                quarantine.accept("this node's database disagrees with the log: " + d.how());
                health.applying(false, "diverged: " + d.how());
                transactions.serverLost("replay has stopped");
            }
            case LoopState.OutOfReach o -> {
                quarantine.accept("this node was away longer than its log reaches back: its database stands at entry "
                        + o.applied() + ", the log begins at entry " + o.firstIndex());
                health.applying(false, "the log begins after entry " + o.applied());
                transactions.serverLost("this node's database is too far behind");
            }
            case LoopState.Failed f -> {
                health.applying(false, "failed: " + f.cause());
                transactions.serverLost("replay has stopped");
                events.add("quarantine", "replay cannot go on: " + f.cause());
            }
            case LoopState.Paused p -> {
                health.applying(false, "being repaired");
                transactions.serverLost("this node's database is being repaired");
            }
            case LoopState.Starting t -> health.applying(false, "starting");
            case LoopState.Stopped t -> health.applying(false, "stopped");
        }
        changed.run();
    }

    @Override
    public void durable(long index) {
        cutting.durable(index);
    }

    @Override
    public void schemaChanges() {
        change = catalog.change();
    }

    @Override
    public void schemaChanged() {
        CatalogCache.Change c = change;
        if (c != null) {
            c.over();
        }
    }
}

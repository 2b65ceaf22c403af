package io.understudy.node;

import io.understudy.admin.NodeMetrics;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.execution.CommitProtocol;
import io.understudy.execution.MasterGate;
import io.understudy.execution.PendingAppends;
import io.understudy.execution.Stage;
import io.understudy.execution.StageTimes;
import io.understudy.session.ClientListener;
import io.understudy.topology.NodeState;
import java.util.Locale;

/** What the node measures, under the names operators see. */
final class NodeGauges {
    private NodeGauges() {}

    static void register(
            NodeMetrics metrics,
            ClusterState cluster,
            ReplicatedLog log,
            MasterGate gate,
            PendingAppends pendings,
            CommitProtocol protocol,
            StageTimes times,
            VerificationRuns verification,
            LocalServices services,
            ClientListener clients) {
        metrics.gauge(
                "understudy.epoch",
                "epoch of the current mastership",
                () -> cluster.assigned().epoch());
        metrics.gauge("understudy.master", "1 if this node is open as master", () -> gate.epoch() > 0 ? 1 : 0);
        metrics.gauge(
                "understudy.quarantined",
                "1 if this node's database is wrong and not repaired yet",
                () -> cluster.state() == NodeState.QUARANTINED ? 1 : 0);
        metrics.counter(
                "understudy.repairs",
                "times this node's database was repaired",
                () -> cluster.status().ailment().repairs());
        metrics.counter(
                "understudy.verifications", "comparisons of nodes that this node has finished", verification::finished);
        metrics.counter(
                "understudy.verifications.different",
                "comparisons of nodes in which this node found a difference",
                verification::different);
        metrics.gauge("understudy.log.committed", "last committed index known here", log::committedIndex);
        metrics.gauge("understudy.log.first", "first index that this node's log still has", log::firstIndex);
        metrics.gauge("understudy.log.bytes", "size of this node's log", log::bytes);
        metrics.gauge(
                "understudy.applied",
                "last index applied here",
                () -> cluster.status().appliedIndex());
        metrics.gauge("understudy.appends.pending", "own entries between proposal and effect", pendings::size);
        metrics.gauge("understudy.clients", "clients logged in", clients::sessions);
        metrics.counter(
                "understudy.entries.statements",
                "entries proposed here in statement form",
                () -> protocol.forms().statements());
        metrics.counter(
                "understudy.entries.rows",
                "entries proposed here in row form",
                () -> protocol.forms().rows());
        metrics.counter(
                "understudy.misrouted",
                "reads that a replica refused as writes",
                () -> services.classifier().statistics().misrouted());
        for (Stage s : Stage.values()) {
            String name = "understudy.commit." + s.name().toLowerCase(Locale.ROOT);
            metrics.counter(name + ".count", "write transactions that passed this stage", () -> times.count(s));
            metrics.gauge(name + ".seconds", "seconds spent in this stage", () -> times.seconds(s));
            metrics.gauge(
                    name + ".p50.micros",
                    "median of this stage, microseconds, to a factor of two",
                    () -> times.quantileMicros(s, 0.5));
            metrics.gauge(
                    name + ".p99.micros",
                    "99th percentile of this stage, microseconds, to a factor of two",
                    () -> times.quantileMicros(s, 0.99));
        }
    }
}

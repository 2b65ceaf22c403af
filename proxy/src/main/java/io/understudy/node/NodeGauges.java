package io.understudy.node;

import io.understudy.admin.NodeMetrics;
import io.understudy.admin.StatusReport;
import io.understudy.admin.StatusReport.Node;
import io.understudy.classification.ClassificationStatistics;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.event.EventLog;
import io.understudy.execution.CommitProtocol;
import io.understudy.execution.MasterGate;
import io.understudy.execution.PendingAppends;
import io.understudy.execution.Stage;
import io.understudy.execution.StageTimes;
import io.understudy.session.ClientListener;
import io.understudy.topology.NodeState;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

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
            ClientListener clients,
            EventLog events) {
        ofCluster(metrics, cluster, gate, services, events);
        ofStatements(metrics, services, clients);
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
        for (Stage s : Stage.values()) {
            String stage = s.name().toLowerCase(Locale.ROOT);
            metrics.time(
                    "understudy.commit.stage",
                    "write transactions that passed a stage, and the time they spent in it",
                    "stage",
                    stage,
                    () -> times.count(s),
                    () -> times.seconds(s));
        }
        metrics.gauges(
                "understudy.commit.quantile.seconds",
                "upper bound of a stage's quantile since the start, exact to a factor of two",
                List.of("stage", "quantile"),
                () -> quantiles(times));
        metrics.disk(services.config().dataDirectory());
    }

    private static Map<List<String>, Double> quantiles(StageTimes times) {
        Map<List<String>, Double> values = new HashMap<>();
        for (Stage s : Stage.values()) {
            for (double q : new double[] {0.5, 0.99}) {
                values.put(
                        List.of(s.name().toLowerCase(Locale.ROOT), Double.toString(q)),
                        times.quantileMicros(s, q) / 1e6);
            }
        }
        return values;
    }

    private static void ofCluster(
            NodeMetrics metrics, ClusterState cluster, MasterGate gate, LocalServices services, EventLog events) {
        metrics.gauge(
                "understudy.lag.entries",
                "entries of the log that this node has not applied",
                () -> self(services).lagEntries());
        metrics.gauge(
                "understudy.lag.seconds",
                "age of the oldest entry that it has not applied, or how long it has seen no majority",
                () -> self(services).lagSeconds());
        metrics.gauges("understudy.state", "1 for the state that this node is in", List.of("state"), () -> {
            Map<List<String>, Integer> states = new HashMap<>();
            for (NodeState s : NodeState.values()) {
                states.put(List.of(s.name().toLowerCase(Locale.ROOT)), s == cluster.state() ? 1 : 0);
            }
            return states;
        });
        metrics.gauge("understudy.majority", "1 if this node sees a majority", () -> gate.hasMajority() ? 1 : 0);
        metrics.gauge(
                "understudy.nodes.configured",
                "nodes that the cluster is to have",
                () -> services.nodes().size());
        metrics.gauge(
                "understudy.nodes.reachable",
                "nodes that this one is in touch with, itself included",
                () -> services.nodes().stream()
                        .filter(n -> !n.state().equals("unreachable"))
                        .count());
        metrics.gauge(
                "understudy.shapes.distrusted",
                "kinds of statements that had another effect on a replica than on the master, and are logged as rows since",
                () -> cluster.status().distrusted().size());
        metrics.counters(
                "understudy.events",
                "events by kind: view, vote, leader, master, alarm, quarantine and others",
                List.of("kind"),
                () -> byOne(events.counts()));
    }

    private static void ofStatements(NodeMetrics metrics, LocalServices services, ClientListener clients) {
        Supplier<ClassificationStatistics> statistics =
                () -> services.classifier().statistics();
        metrics.counter(
                "understudy.misrouted",
                "reads that a replica refused as writes",
                () -> statistics.get().misrouted());
        metrics.counter(
                "understudy.classification.hits",
                "statements whose shape was known",
                () -> statistics.get().hits());
        metrics.counter(
                "understudy.classification.misses",
                "statements whose shape was not known",
                () -> statistics.get().misses());
        metrics.counter(
                "understudy.classification.fallbacks",
                "statements that were not understood and went to the master",
                () -> statistics.get().fallbacks().values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
        metrics.counters(
                "understudy.statements",
                "statements of this node's clients, by kind",
                List.of("kind"),
                () -> byOne(statistics.get().kinds()));
        metrics.counters(
                "understudy.routed",
                "statements by themselves and transactions of this node's clients, by the node that they were sent to, and why",
                List.of("to", "reason"),
                services::routes);
        metrics.gauges(
                "understudy.pool.connections",
                "connections of clients' sessions to a PostgreSQL server: active, idle; and who waits for one",
                List.of("server", "use"),
                services::pools);
        metrics.gauge(
                "understudy.pool.size",
                "connections of one role to one server at most",
                () -> services.config().poolSize());
        metrics.gauge(
                "understudy.clients.max",
                "clients at once at most",
                () -> services.config().access().limits().connections());
    }

    private static Node self(LocalServices services) {
        return StatusReport.of(services.view().snapshot(), Instant.now()).ofSelf();
    }

    private static Map<List<String>, Long> byOne(Map<String, Long> counts) {
        return counts.entrySet().stream().collect(Collectors.toMap(e -> List.of(e.getKey()), Map.Entry::getValue));
    }
}

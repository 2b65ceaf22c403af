package io.understudy.node;

import io.understudy.admin.ClusterSnapshot;
import io.understudy.admin.ClusterSnapshot.Counters;
import io.understudy.admin.ClusterSnapshot.Known;
import io.understudy.admin.ClusterSnapshot.Member;
import io.understudy.admin.ClusterSnapshot.Unknown;
import io.understudy.admin.ClusterView;
import io.understudy.admin.StatusReport;
import io.understudy.classification.ClassificationStatistics;
import io.understudy.classification.Classifier;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.topology.NodeReport;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The cluster as this node sees it, for the administration API. */
final class NodeClusterView implements ClusterView {
    private final NodeConfig config;
    private final ReplicatedLog log;
    private final ClusterState cluster;
    private final Classifier classifier;
    private final Traffics traffics = new Traffics();
    private final Map<String, Heard> heard = new ConcurrentHashMap<>();
    private volatile long majorityNanos = System.nanoTime();

    private record Heard(NodeStatus status, long nanos) {}

    NodeClusterView(NodeConfig config, ReplicatedLog log, ClusterState cluster, Classifier classifier) {
        this.config = config;
        this.log = log;
        this.cluster = cluster;
        this.classifier = classifier;
    }

    @Override
    public ClusterSnapshot snapshot() {
        long now = System.nanoTime();
        if (log.leadership().majority()) {
            majorityNanos = now;
        }
        Map<String, NodeStatus> peers = log.peers();
        List<Member> members = new ArrayList<>();
        NodeStatus self = cluster.status();
        long last = self.committedIndex();
        traffics.heard(self);
        peers.values().forEach(traffics::heard);
        for (String name : names()) {
            if (name.equals(config.node())) {
                Duration silence =
                        self.state() == NodeState.ISOLATED ? Duration.ofNanos(now - majorityNanos) : Duration.ZERO;
                members.add(known(self, silence));
                continue;
            }
            NodeStatus status = peers.get(name);
            if (status != null) {
                heard.put(name, new Heard(status, now));
                last = Math.max(last, status.committedIndex());
                members.add(known(status, Duration.ZERO));
            } else {
                Heard h = heard.get(name);
                members.add(h == null ? new Unknown(name) : known(h.status, Duration.ofNanos(now - h.nanos)));
            }
        }
        return new ClusterSnapshot(
                config.node(),
                cluster.assigned().epoch(),
                last,
                cluster.assigned().node(),
                members,
                counters(self, peers.values()));
    }

    /** Of the cluster's nodes, and this one, which may not be one of them yet. */
    private List<String> names() {
        List<String> names = new ArrayList<>(log.members().names());
        if (!names.contains(config.node())) {
            names.add(config.node());
        }
        return names;
    }

    /** What this node's clients are told of the cluster's nodes. */
    List<NodeReport> reports() {
        return StatusReport.of(snapshot(), Instant.now()).nodes().stream()
                .map(n -> new NodeReport(
                        n.name(),
                        n.role(),
                        n.state(),
                        n.host(),
                        n.clientPort(),
                        n.adminPort(),
                        n.appliedIndex(),
                        n.lagEntries(),
                        n.lagSeconds(),
                        n.name().equals(config.node())))
                .toList();
    }

    private Known known(NodeStatus status, Duration silence) {
        return new Known(status, traffics.of(status.name()), silence);
    }

    private Counters counters(NodeStatus self, Collection<NodeStatus> peers) {
        long statements = self.load().statementForm();
        long rows = self.load().rowForm();
        for (NodeStatus p : peers) {
            statements += p.load().statementForm();
            rows += p.load().rowForm();
        }
        ClassificationStatistics s = classifier.statistics();
        return new Counters(
                statements,
                rows,
                s.parsed(),
                s.kinds().values().stream().mapToLong(Long::longValue).sum() - s.parsed(),
                s.fallbacks().values().stream().mapToLong(Long::longValue).sum(),
                s.misrouted());
    }
}

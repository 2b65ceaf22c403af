package io.understudy.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.admin.StatementFeed;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ClusterMembers;
import io.understudy.session.StatementStatistics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shapes of statements that clients sent to this node, and by asking them to the others, added up. Safe for use by many threads. */
final class NodeStatements implements StatementFeed {
    /** Of each node: what takes most time in the whole is hardly below that anywhere. */
    private static final int OF_NODE_MAX = 500;

    private static final int SHOWN_MAX = 200;

    private final NodeConfig config;
    private final ClusterMembers members;
    private final StatementStatistics statistics;
    private final PeerApi peers;

    NodeStatements(NodeConfig config, ClusterMembers members, StatementStatistics statistics, PeerApi peers) {
        this.config = config;
        this.members = members;
        this.statistics = statistics;
        this.peers = peers;
    }

    @Override
    public Statements statements(boolean own) {
        List<Shape> here =
                statistics.top(OF_NODE_MAX).stream().map(NodeStatements::shape).toList();
        if (own) {
            return new Statements(here, List.of());
        }
        Map<String, JsonNode> answers = peers.askAll("/api/v1/statements?own=true");
        List<String> silent = members.names().stream()
                .filter(n -> !n.equals(config.node()) && !answers.containsKey(n))
                .toList();
        List<Shape> all = new ArrayList<>(here);
        answers.values().forEach(a -> all.addAll(peers.as(a, Statements.class).shapes()));
        return new Statements(added(all), silent);
    }

    private static Shape shape(StatementStatistics.Counted c) {
        long calls = c.calls().values().stream().mapToLong(Long::longValue).sum();
        return new Shape(c.shape(), c.kind(), calls, c.errors(), c.totalMicros(), c.maxMicros(), c.calls());
    }

    static List<Shape> added(Collection<Shape> all) {
        Map<String, Shape> byShape = new LinkedHashMap<>();
        all.forEach(s -> byShape.merge(s.shape(), s, NodeStatements::sum));
        return byShape.values().stream()
                .sorted(Comparator.comparingLong(Shape::totalMicros).reversed())
                .limit(SHOWN_MAX)
                .toList();
    }

    private static Shape sum(Shape a, Shape b) {
        Map<String, Long> ranOn = new HashMap<>(a.ranOn());
        b.ranOn().forEach((node, calls) -> ranOn.merge(node, calls, Long::sum));
        return new Shape(
                a.shape(),
                a.kind(),
                a.calls() + b.calls(),
                a.errors() + b.errors(),
                a.totalMicros() + b.totalMicros(),
                Math.max(a.maxMicros(), b.maxMicros()),
                ranOn);
    }
}

package io.understudy.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.admin.ClientFeed;
import io.understudy.backend.ServerAddress;
import io.understudy.backend.Servers;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ClusterMembers;
import io.understudy.session.ClientListener;
import io.understudy.session.SessionReport;
import io.understudy.topology.NodeStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Sessions and pools of this node, and by asking them of the others. Safe for use by many threads. */
final class NodeClients implements ClientFeed {
    private static final int SESSIONS_MAX = 200;
    private static final int POOLS_MAX = 200;

    private final NodeConfig config;
    private final ClusterMembers members;
    private final ClientListener clients;
    private final Servers servers;
    private final ClusterState cluster;
    private final PeerApi peers;

    NodeClients(
            NodeConfig config,
            ClusterMembers members,
            ClientListener clients,
            Servers servers,
            ClusterState cluster,
            PeerApi peers) {
        this.config = config;
        this.members = members;
        this.clients = clients;
        this.servers = servers;
        this.cluster = cluster;
        this.peers = peers;
    }

    @Override
    public Clients clients(boolean own) {
        if (own) {
            return new Clients(List.of(here()), List.of());
        }
        List<OfNode> nodes = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        Map<String, JsonNode> answers = peers.askAll("/api/v1/sessions?own=true");
        for (String node : members.names()) {
            JsonNode answer = answers.get(node);
            if (node.equals(config.node())) {
                nodes.add(here());
            } else if (answer == null) {
                silent.add(node);
            } else {
                nodes.addAll(peers.as(answer, Clients.class).nodes());
            }
        }
        return new Clients(nodes, silent);
    }

    private OfNode here() {
        List<SessionReport> all = clients.reports();
        // Who does something, holds something or has been at it longest is looked for first.
        List<Session> sessions = all.stream()
                .sorted(Comparator.comparing(SessionReport::state)
                        .thenComparing(r -> r.pins().isEmpty())
                        .thenComparing(SessionReport::lasting, Comparator.reverseOrder()))
                .limit(SESSIONS_MAX)
                .map(NodeClients::session)
                .toList();
        int pinned = (int) all.stream().filter(r -> !r.pins().isEmpty()).count();
        return new OfNode(config.node(), all.size(), pinned, sessions, pools());
    }

    private static Session session(SessionReport r) {
        return new Session(
                r.id(),
                r.user(),
                r.address(),
                r.application(),
                r.encrypted(),
                r.relayedFrom(),
                r.since().toString(),
                words(r.state()),
                r.lasting().toMillis() / 1000.0,
                r.pins().stream().map(NodeClients::words).toList(),
                r.holds(),
                r.ranOn(),
                r.reason().replace('_', ' '),
                r.statement(),
                r.trace());
    }

    private static String words(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private List<Pool> pools() {
        return servers.uses().stream()
                .map(p -> new Pool(nodeAt(p.server()), p.user(), p.inUse(), p.idle(), p.waiting(), p.max()))
                .sorted(Comparator.comparing(Pool::server).thenComparing(Pool::user))
                .limit(POOLS_MAX)
                .toList();
    }

    private String nodeAt(ServerAddress server) {
        if (server.equals(NodeAddresses.server(config))) {
            return config.node();
        }
        return Stream.concat(Stream.of(cluster.status()), cluster.picture().peers().values().stream())
                .filter(n -> NodeAddresses.postgres(n).equals(server))
                .map(NodeStatus::name)
                .findFirst()
                .orElse(server.host() + ":" + server.port());
    }
}

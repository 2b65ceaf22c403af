package io.understudy.node;

import io.understudy.backend.ServerEncryption;
import io.understudy.config.NodeConfig;
import io.understudy.config.NodeConfig.Peer;
import io.understudy.event.EventLog;
import io.understudy.tls.NodeTls;
import io.understudy.tls.ServerTls;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a node's connections are encrypted with.
 *
 * @param clients that come to the client port
 * @param administration empty: plain HTTP
 * @param nodes among themselves; empty: plain
 * @param servers to PostgreSQL servers
 */
record NodeEncryption(
        ServerTls clients, Optional<ServerTls> administration, Optional<NodeTls> nodes, ServerEncryption servers) {
    /** @throws IOException if a file cannot be used; its message says which setting and why */
    static NodeEncryption open(NodeConfig config, EventLog events) throws IOException {
        Consumer<String> told = text -> events.add("tls", text);
        return new NodeEncryption(
                ServerTls.open(config.access().tls(), told),
                ServerTls.ofAdministration(config.adminAccess().tls(), told),
                nodes(config, told),
                ServerEncryption.of(config.postgres().tls()));
    }

    private static Optional<NodeTls> nodes(NodeConfig config, Consumer<String> told) throws IOException {
        return config.clusterTls().isEmpty()
                ? Optional.empty()
                : Optional.of(NodeTls.open(
                        config.clusterTls().get(),
                        config.self().host(),
                        config.nodes().stream().map(Peer::host).toList(),
                        told));
    }

    /** To other nodes' proxies. */
    ServerEncryption proxies() {
        return nodes.map(ServerEncryption::ofNodes).orElse(ServerEncryption.NONE);
    }
}

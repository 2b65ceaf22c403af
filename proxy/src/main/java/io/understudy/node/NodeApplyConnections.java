package io.understudy.node;

import io.understudy.backend.Backend;
import io.understudy.backend.Queries;
import io.understudy.backend.Servers;
import io.understudy.config.NodeConfig;
import io.understudy.replay.ApplyConnections;
import java.io.IOException;
import java.util.Map;

/** Connections as the role that replays. */
final class NodeApplyConnections implements ApplyConnections {
    private static final Map<String, String> SETTINGS = Map.of(
            "client_encoding",
            "UTF8",
            "default_transaction_read_only",
            "off",
            "application_name",
            "understudy node apply");

    private final Servers servers;
    private final NodeConfig config;

    NodeApplyConnections(Servers servers, NodeConfig config) {
        this.servers = servers;
        this.config = config;
    }

    @Override
    public Connection open() throws IOException {
        Backend b = servers.connect(NodeAddresses.server(config), NodeAddresses.applyLogin(config), SETTINGS);
        return new Connection() {
            @Override
            public Queries queries() {
                return b;
            }

            @Override
            public int pid() {
                return b.pid();
            }

            @Override
            public void close() {
                b.discard();
            }
        };
    }
}

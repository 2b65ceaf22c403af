package io.understudy.node;

import io.understudy.backend.Backend;
import io.understudy.backend.Credentials;
import io.understudy.backend.Login;
import io.understudy.backend.Queries;
import io.understudy.backend.Servers;
import io.understudy.config.NodeConfig;
import io.understudy.repair.VerificationConnections;
import java.io.IOException;
import java.util.Map;

/** Connections for reading a snapshot, as the set-up role. */
final class VerificationSessions implements VerificationConnections {
    private static final Map<String, String> SETTINGS =
            Map.of("client_encoding", "UTF8", "application_name", "understudy node verification");

    private final Servers servers;
    private final NodeConfig config;

    VerificationSessions(Servers servers, NodeConfig config) {
        this.servers = servers;
        this.config = config;
    }

    @Override
    public Connection open() throws IOException {
        NodeConfig.Postgres p = config.postgres();
        Login login = new Login(p.user(), config.database(), new Credentials.Password(p.password()));
        Backend b = servers.connect(NodeAddresses.server(config), login, SETTINGS);
        return new Connection() {
            @Override
            public Queries queries() {
                return b;
            }

            @Override
            public void close() {
                b.discard();
            }
        };
    }
}

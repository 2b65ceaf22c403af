package io.understudy.node;

import io.understudy.backend.Credentials;
import io.understudy.backend.Login;
import io.understudy.backend.ServerAddress;
import io.understudy.config.NodeConfig;
import io.understudy.topology.NodeStatus;

/** Where this node reaches its own server, and what belongs to another node. */
final class NodeAddresses {
    private NodeAddresses() {}

    static ServerAddress server(NodeConfig config) {
        return new ServerAddress(config.postgres().host(), config.postgres().port());
    }

    static Login applyLogin(NodeConfig config) {
        return new Login(
                "understudy_apply",
                config.database(),
                new Credentials.Password(config.postgres().password()));
    }

    static ServerAddress postgres(NodeStatus node) {
        return new ServerAddress(node.postgresHost(), node.postgresPort());
    }

    static ServerAddress proxy(NodeStatus node) {
        return new ServerAddress(node.internal().host(), node.internal().clientPort());
    }
}

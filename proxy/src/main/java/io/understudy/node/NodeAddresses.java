package io.understudy.node;

import io.understudy.backend.ServerAddress;
import io.understudy.topology.NodeStatus;

/** Where this node reaches what belongs to another one. */
final class NodeAddresses {
    private NodeAddresses() {}

    static ServerAddress postgres(NodeStatus node) {
        return new ServerAddress(node.postgresHost(), node.postgresPort());
    }

    static ServerAddress proxy(NodeStatus node) {
        return new ServerAddress(node.internal().host(), node.internal().clientPort());
    }
}

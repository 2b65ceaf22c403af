package io.understudy.node;

import io.understudy.admin.Health;

/** Health for load balancers and orchestrators. */
record NodeHealth(ClusterState cluster) implements Health {
    @Override
    public boolean live() {
        return true;
    }

    /** Who is drained lets load balancers know: its clients belong elsewhere. */
    @Override
    public boolean leaving() {
        return cluster.isLeaving();
    }

    @Override
    public boolean ready() {
        return !leaving()
                && switch (cluster.state()) {
                    case MASTER, REPLICA -> !cluster.duties().drained();
                    case WITNESS -> true;
                    default -> false;
                };
    }
}

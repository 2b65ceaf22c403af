package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.understudy.admin.StatusReport.Node;
import java.time.Clock;
import java.util.Map;

/** {@code GET /health/master}: 200 if this node is open as master, or 503. */
final class MasterEndpoint implements Handler {
    private final ClusterView cluster;
    private final Clock clock;
    private final Health health;

    MasterEndpoint(ClusterView cluster, Clock clock, Health health) {
        this.cluster = cluster;
        this.clock = clock;
        this.health = health;
    }

    @Override
    public void handle(Context context) {
        Node self = StatusReport.of(cluster.snapshot(), clock.instant()).ofSelf();
        boolean master = !health.leaving() && self.state().equals("master");
        context.status(master ? 200 : 503).json(Map.of("master", master, "state", self.state()));
    }
}

package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.Clock;

/** {@code GET /api/v1/status}: the whole cluster as this node sees it. */
final class StatusEndpoint implements Handler {
    private final ClusterView cluster;
    private final Clock clock;

    StatusEndpoint(ClusterView cluster, Clock clock) {
        this.cluster = cluster;
        this.clock = clock;
    }

    @Override
    public void handle(Context context) {
        context.json(StatusReport.of(cluster.snapshot(), clock.instant()));
    }
}

package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;

/** {@code GET /metrics}: everything counted and timed, in Prometheus's text format. */
final class MetricsEndpoint implements Handler {
    private final NodeMetrics metrics;

    MetricsEndpoint(NodeMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void handle(Context context) {
        context.contentType("text/plain; version=0.0.4; charset=utf-8").result(metrics.scrape());
    }
}

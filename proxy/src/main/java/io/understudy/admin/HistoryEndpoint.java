package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;

/** {@code GET /api/v1/history?seconds=}: lag and throughput of each node, a sample a second, by columns; the last hour at most. */
final class HistoryEndpoint implements Handler {
    private static final long SECONDS_MAX = 3600;

    private final History history;

    HistoryEndpoint(History history) {
        this.history = history;
    }

    @Override
    public void handle(Context context) {
        context.json(history.last(Range.number(context, "seconds", SECONDS_MAX, 1, SECONDS_MAX)));
    }
}

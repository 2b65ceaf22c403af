package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;

/** {@code GET /api/v1/statements?own=}: shapes of statements that were sent to all nodes, or to this one alone. */
final class StatementsEndpoint implements Handler {
    private final StatementFeed feed;

    StatementsEndpoint(StatementFeed feed) {
        this.feed = feed;
    }

    @Override
    public void handle(Context context) {
        context.json(feed.statements("true".equals(context.queryParam("own"))));
    }
}

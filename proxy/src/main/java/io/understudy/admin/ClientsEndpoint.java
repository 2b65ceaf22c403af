package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;

/** {@code GET /api/v1/sessions?own=}: sessions and pools of all nodes, or of this one alone. */
final class ClientsEndpoint implements Handler {
    private final ClientFeed feed;

    ClientsEndpoint(ClientFeed feed) {
        this.feed = feed;
    }

    @Override
    public void handle(Context context) {
        context.json(feed.clients("true".equals(context.queryParam("own"))));
    }
}

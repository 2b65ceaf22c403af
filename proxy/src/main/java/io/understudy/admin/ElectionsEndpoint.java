package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;

/** {@code GET /api/v1/elections?own=}: how the last masters came to be, newest first; with {@code own=true} only with what this node saw itself. */
final class ElectionsEndpoint implements Handler {
    private final ElectionFeed feed;

    ElectionsEndpoint(ElectionFeed feed) {
        this.feed = feed;
    }

    @Override
    public void handle(Context context) {
        boolean own = "true".equals(context.queryParam("own"));
        context.json(ElectionsReport.of(own ? feed.own() : feed.all()));
    }
}

package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Map;

/** {@code GET /health/live}: 200 or 503. */
final class LiveEndpoint implements Handler {
    private final Health health;

    LiveEndpoint(Health health) {
        this.health = health;
    }

    @Override
    public void handle(Context context) {
        boolean live = health.live();
        context.status(live ? 200 : 503).json(Map.of("live", live));
    }
}

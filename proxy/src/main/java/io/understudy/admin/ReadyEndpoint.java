package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Map;

/** {@code GET /health/ready}: 200 or 503. */
final class ReadyEndpoint implements Handler {
    private final Health health;

    ReadyEndpoint(Health health) {
        this.health = health;
    }

    @Override
    public void handle(Context context) {
        boolean ready = health.ready();
        context.status(ready ? 200 : 503).json(Map.of("ready", ready));
    }
}

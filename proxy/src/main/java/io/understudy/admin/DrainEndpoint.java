package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;

/** {@code POST /api/v1/nodes/{node}/drain} and {@code …/undrain}: takes a node out of work and back, whichever node is asked; 409 and why not. */
final class DrainEndpoint implements Handler {
    private final Draining draining;
    private final boolean drain;

    DrainEndpoint(Draining draining, boolean drain) {
        this.draining = draining;
        this.drain = drain;
    }

    @Override
    public void handle(Context context) throws OrderRefusedException {
        String node = context.pathParam("node");
        boolean mayForward = !SignIns.isFromNode(context);
        context.json(drain ? draining.drain(node, mayForward) : draining.undrain(node, mayForward));
    }
}

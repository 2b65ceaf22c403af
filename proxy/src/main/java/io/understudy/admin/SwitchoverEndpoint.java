package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/v1/switchover?target=}: makes another node the master, whichever node is asked; answers when it is, 409 if it cannot be. */
final class SwitchoverEndpoint implements Handler {
    private final Switchover switchover;

    SwitchoverEndpoint(Switchover switchover) {
        this.switchover = switchover;
    }

    @Override
    public void handle(Context context) throws OrderRefusedException {
        @Nullable String target = context.queryParam("target");
        // An order that another node passed on is not passed on again: two that take each other for the master would
        // never end.
        boolean mayForward = !SignIns.isFromNode(context);
        context.json(Map.of("master", switchover.to(target == null ? "" : target, mayForward)));
    }
}

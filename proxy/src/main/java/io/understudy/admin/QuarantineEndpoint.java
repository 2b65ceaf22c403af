package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.Handler;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/v1/quarantine?reason=}: another node has found that this node's database differs. Only nodes may say so. */
final class QuarantineEndpoint implements Handler {
    private final Resyncs resyncs;

    QuarantineEndpoint(Resyncs resyncs) {
        this.resyncs = resyncs;
    }

    @Override
    public void handle(Context context) {
        if (!SignIns.isFromNode(context)) {
            throw new ForbiddenResponse(
                    "only nodes put each other into quarantine; to repair a node, order its resync");
        }
        @Nullable String reason = context.queryParam("reason");
        resyncs.quarantine(reason == null || reason.isEmpty() ? "it differs from the others" : reason);
        context.status(202).json(Map.of());
    }
}

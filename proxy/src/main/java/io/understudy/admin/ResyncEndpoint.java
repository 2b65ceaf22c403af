package io.understudy.admin;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/v1/resync?node=}: has that node's database made equal to the others', whichever node is asked; 202, or 409 and why not. */
final class ResyncEndpoint implements Handler {
    private final Resyncs resyncs;

    ResyncEndpoint(Resyncs resyncs) {
        this.resyncs = resyncs;
    }

    @Override
    public void handle(Context context) throws OrderRefusedException {
        @Nullable String node = context.queryParam("node");
        if (node == null || node.isEmpty()) {
            throw new BadRequestResponse("which node? Say ?node=NAME");
        }
        resyncs.order(node, !SignIns.isFromNode(context));
        context.status(202).json(Map.of("node", node));
    }
}

package io.understudy.admin;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.NotFoundResponse;
import java.util.UUID;

/** {@code GET /api/v1/verify/{id}/sums}: this node's own sums at that verification point; 404 if it has not come to it. */
final class SumsEndpoint implements Handler {
    private final NodeSums sums;

    SumsEndpoint(NodeSums sums) {
        this.sums = sums;
    }

    @Override
    public void handle(Context context) {
        UUID point;
        try {
            point = UUID.fromString(context.pathParam("id"));
        } catch (IllegalArgumentException e) {
            throw new BadRequestResponse("not the id of a verification");
        }
        context.json(sums.sums(point).orElseThrow(() -> new NotFoundResponse("not reached")));
    }
}

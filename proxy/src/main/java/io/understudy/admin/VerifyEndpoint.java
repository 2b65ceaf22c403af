package io.understudy.admin;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.understudy.admin.VerificationRunner.Request;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/v1/verify?table=&node=&rows=}, the first two any number of times: starts a comparison, whichever node is asked; 202 and its id. */
final class VerifyEndpoint implements Handler {
    private static final int ROWS_MAX = 100_000_000;

    private final VerificationRunner runner;

    VerifyEndpoint(VerificationRunner runner) {
        this.runner = runner;
    }

    @Override
    public void handle(Context context) throws OrderRefusedException {
        Request request = new Request(context.queryParams("table"), context.queryParams("node"), rows(context));
        context.status(202).json(Map.of("id", runner.start(request, !SignIns.isFromNode(context))));
    }

    private static int rows(Context context) {
        @Nullable String text = context.queryParam("rows");
        if (text == null) {
            return Request.ALL.rows();
        }
        try {
            int rows = Integer.parseInt(text);
            if (rows >= 1 && rows <= ROWS_MAX) {
                return rows;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new BadRequestResponse("rows is " + text + ", but must be a number from 1 to " + ROWS_MAX);
    }
}

package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Map;

/** {@code POST /api/v1/verify}: starts a comparison of all nodes; 202 and its id. */
final class VerifyEndpoint implements Handler {
    private final VerificationRunner runner;

    VerifyEndpoint(VerificationRunner runner) {
        this.runner = runner;
    }

    @Override
    public void handle(Context context) throws OrderRefusedException {
        context.status(202).json(Map.of("id", runner.start()));
    }
}

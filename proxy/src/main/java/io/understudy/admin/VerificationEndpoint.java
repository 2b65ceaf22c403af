package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.NotFoundResponse;
import io.understudy.admin.VerificationRunner.Verification;
import java.util.List;
import java.util.Locale;

/** {@code GET /api/v1/verify/{id}}: what became of a comparison. */
final class VerificationEndpoint implements Handler {
    private final VerificationRunner runner;

    VerificationEndpoint(VerificationRunner runner) {
        this.runner = runner;
    }

    @Override
    public void handle(Context context) {
        String id = context.pathParam("id");
        Verification v = runner.result(id).orElseThrow(() -> new NotFoundResponse("no verification " + id));
        context.json(new Answer(
                v.id(),
                v.state().name().toLowerCase(Locale.ROOT),
                v.index(),
                v.tables(),
                v.sequences(),
                v.nodes(),
                v.findings(),
                v.wrong(),
                v.percent(),
                v.progress()));
    }

    private record Answer(
            String id,
            String state,
            long index,
            int tables,
            int sequences,
            List<String> nodes,
            List<String> findings,
            List<String> wrong,
            int percent,
            String progress) {}
}

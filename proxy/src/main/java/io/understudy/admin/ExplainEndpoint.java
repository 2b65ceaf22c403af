package io.understudy.admin;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/v1/explain?sql=}, or {@code POST} with the SQL as body: where the statements would go, how they would be logged, and why. Runs nothing. */
final class ExplainEndpoint implements Handler {
    private final Explainer explainer;

    ExplainEndpoint(Explainer explainer) {
        this.explainer = explainer;
    }

    @Override
    public void handle(Context context) {
        @Nullable String sql = context.method() == HandlerType.POST ? context.body() : context.queryParam("sql");
        List<Map<String, Object>> statements = sql == null ? List.of() : explainer.explain(sql);
        if (statements.isEmpty()) {
            throw new BadRequestResponse("sql must hold a statement");
        }
        context.json(Map.of("statements", statements));
    }
}

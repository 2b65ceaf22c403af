package io.understudy.admin;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.understudy.admin.StatusReport.Node;
import io.understudy.config.Durations;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /health/replica?lag=}: 200 if this node serves reads as a replica and is not further behind than that, or 503. A parameter it does not know is refused: a bound that was misspelt would be none.
 */
final class ReplicaEndpoint implements Handler {
    private static final String LAG = "lag";
    private static final Duration LAG_MAX = Duration.ofDays(1);

    private final ClusterView cluster;
    private final Clock clock;
    private final Health health;

    ReplicaEndpoint(ClusterView cluster, Clock clock, Health health) {
        this.cluster = cluster;
        this.clock = clock;
        this.health = health;
    }

    @Override
    public void handle(Context context) {
        Optional<Duration> lagMax = lagMax(context);
        Node self = StatusReport.of(cluster.snapshot(), clock.instant()).ofSelf();
        boolean good = !health.leaving()
                && self.state().equals("replica")
                && lagMax.map(max -> self.lagSeconds() * 1000 <= max.toMillis()).orElse(true);
        context.status(good ? 200 : 503)
                .json(Map.of("replica", good, "state", self.state(), "lagSeconds", self.lagSeconds()));
    }

    private static Optional<Duration> lagMax(Context context) {
        Set<String> given = context.queryParamMap().keySet();
        if (!Set.of(LAG).containsAll(given)) {
            throw new BadRequestResponse("the only parameter is lag, not " + String.join(", ", given));
        }
        List<String> texts = context.queryParams(LAG);
        if (texts.isEmpty()) {
            return Optional.empty();
        }
        @Nullable String text = texts.getFirst();
        Optional<Duration> lag = Durations.parse(text == null ? "" : text).filter(d -> d.compareTo(LAG_MAX) <= 0);
        if (texts.size() > 1 || lag.isEmpty()) {
            throw new BadRequestResponse(
                    "lag must be one time from 0s to 1d, such as 500ms or 1s, not " + String.join(", ", texts));
        }
        return lag;
    }
}

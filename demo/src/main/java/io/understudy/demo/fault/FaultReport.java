package io.understudy.demo.fault;

import io.understudy.demo.fault.FaultRun.Outcome;
import java.util.ArrayList;
import java.util.List;

/** What a run of faults came to, by kind. */
public record FaultReport(List<Outcome> outcomes) {
    public FaultReport {
        outcomes = List.copyOf(outcomes);
    }

    /** For people: how long writes were away after each kind, against its bound. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                "%-52s %5s %7s %7s %7s %7s",
                "writes again after, milliseconds", "faults", "median", "p95", "max", "bound"));
        for (FaultKind kind : FaultKind.values()) {
            long[] resumed = resumed(kind);
            if (resumed.length > 0) {
                lines.add(String.format(
                        "%-52s %6d %7d %7d %7d %7d",
                        kind.text(),
                        resumed.length,
                        quantile(resumed, 0.5),
                        quantile(resumed, 0.95),
                        quantile(resumed, 1),
                        kind.bound().toMillis()));
            }
        }
        return lines;
    }

    /** Whether the 95th percentile of every kind is within its bound. */
    public boolean withinBounds() {
        for (FaultKind kind : FaultKind.values()) {
            long[] resumed = resumed(kind);
            if (resumed.length > 0 && quantile(resumed, 0.95) > kind.bound().toMillis()) {
                return false;
            }
        }
        return true;
    }

    private long[] resumed(FaultKind kind) {
        return outcomes.stream()
                .filter(o -> o.kind() == kind)
                .mapToLong(Outcome::resumedMillis)
                .sorted()
                .toArray();
    }

    /** The smallest value that at least this share of all does not exceed. */
    static long quantile(long[] sorted, double share) {
        return sorted[Math.clamp((int) Math.ceil(sorted.length * share) - 1L, 0, sorted.length - 1)];
    }
}

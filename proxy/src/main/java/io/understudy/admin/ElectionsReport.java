package io.understudy.admin;

import io.understudy.election.Election;
import io.understudy.election.Election.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Elections as JSON shows them; component names are field names. */
record ElectionsReport(List<Line> elections) {

    /**
     * An election.
     *
     * @param kind first, failover or switchover
     * @param writableUntil until when the master before accepted writes; null if unknown
     * @param openedAt since when the new one does; null if it does not yet or it is unknown
     * @param exactlyOpened whether that was told by the new master, and not concluded from the log
     * @param downSeconds time between the two; null if unknown or there was no master before
     * @param exact whether both were measured; otherwise writes were down at most so long
     */
    record Line(
            long epoch,
            long index,
            String master,
            String previous,
            String kind,
            String reason,
            @Nullable String decidedAt,
            @Nullable String writableUntil,
            @Nullable String openedAt,
            boolean exactlyOpened,
            @Nullable Double downSeconds,
            boolean exact,
            List<Step> steps) {}

    /** What a node saw. */
    record Step(String at, String node, String kind, String text) {}

    static ElectionsReport of(List<Election> elections) {
        return new ElectionsReport(elections.stream().map(ElectionsReport::line).toList());
    }

    private static Line line(Election e) {
        return new Line(
                e.epoch(),
                e.index(),
                e.master(),
                e.previous(),
                e.kind().name().toLowerCase(Locale.ROOT),
                e.reason(),
                e.decided().map(Instant::toString).orElse(null),
                e.writable().map(Moment::at).map(Instant::toString).orElse(null),
                e.opened().map(Moment::at).map(Instant::toString).orElse(null),
                e.opened().map(Moment::exact).orElse(false),
                e.down().map(ElectionsReport::seconds).orElse(null),
                e.exact(),
                e.steps().stream()
                        .map(s -> new Step(s.at().toString(), s.node(), s.kind(), s.text()))
                        .toList());
    }

    private static double seconds(Duration d) {
        return d.toMillis() / 1000.0;
    }
}

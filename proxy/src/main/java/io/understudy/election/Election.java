package io.understudy.election;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How one mastership began.
 *
 * @param index where the log says so
 * @param previous name of the master before, empty if there was none or it is not known
 * @param decided when it was proposed, by the proposer's clock
 * @param writable until when the mastership before could accept writes, by the same clock
 * @param opened when the new master accepted writes, by its own clock
 * @param steps what nodes saw on the way, in order; only what is still remembered
 */
public record Election(
        long epoch,
        long index,
        String master,
        String previous,
        Kind kind,
        String reason,
        Optional<Instant> decided,
        Optional<Moment> writable,
        Optional<Moment> opened,
        List<Step> steps) {
    public Election {
        steps = List.copyOf(steps);
    }

    /** Why there was one. */
    public enum Kind {
        /** The cluster's first master. */
        FIRST,
        /** The master before was lost, or could not go on. */
        FAILOVER,
        /** Somebody asked for it. */
        SWITCHOVER
    }

    /**
     * A time.
     *
     * @param exact false if it is concluded from the times of entries: then the end of the old mastership was later, or the opening of the new one earlier
     */
    public record Moment(Instant at, boolean exact) {}

    /** Something that a node saw. */
    public record Step(Instant at, String node, String kind, String text) {}

    /** How long nobody could write: exactly, or at most so long if one of the moments is not exact. Empty for a first master and while it is not known. */
    public Optional<Duration> down() {
        if (kind == Kind.FIRST) {
            return Optional.empty();
        }
        return writable.flatMap(w -> opened.map(o -> Duration.between(w.at(), o.at())))
                .map(d -> d.isNegative() ? Duration.ZERO : d);
    }

    /** Whether {@link #down} is measured at both ends. */
    public boolean exact() {
        return writable.map(Moment::exact).orElse(false)
                && opened.map(Moment::exact).orElse(false);
    }
}

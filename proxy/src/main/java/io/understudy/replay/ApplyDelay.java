package io.understudy.replay;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.BooleanSupplier;

/**
 * Keeps a database behind the log, so that what was done by mistake is not in it for a while. By the time at which the master's node proposed the entry, compared with this node's clock.
 */
public final class ApplyDelay {
    /** None. */
    public static final ApplyDelay NONE = new ApplyDelay(Duration.ZERO, Clock.systemUTC(), () -> true);

    private final long micros;
    private final Clock clock;
    private final BooleanSupplier lifted;

    /** @param lifted whether it does not hold now, whatever the time is */
    public ApplyDelay(Duration delay, Clock clock, BooleanSupplier lifted) {
        this.micros = delay.toNanos() / 1000;
        this.clock = clock;
        this.lifted = lifted;
    }

    /** Whether an entry must not be applied yet. @param commitMicros when it was proposed; 0 for one that changes no data */
    boolean holds(long commitMicros) {
        return micros > 0
                && commitMicros > 0
                && ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()) - commitMicros < micros
                && !lifted.getAsBoolean();
    }
}

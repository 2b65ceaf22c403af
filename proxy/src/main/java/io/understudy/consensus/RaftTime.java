package io.understudy.consensus;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * MicroRaft's time. It counts heartbeats in whole seconds, too coarse for us, so its time runs faster than ours: its heartbeat timeout of
 * {@value #TIMEOUT_SECONDS} of its seconds is the bound we were given. A membership view that says the leader is gone makes it jump beyond that timeout.
 */
final class RaftTime extends Clock {
    static final int TIMEOUT_SECONDS = 5;
    static final int PERIOD_SECONDS = 1;

    private final LongSupplier nanos;
    private final long start;
    private final double speed;
    private volatile long jumpedMillis;
    private volatile long stalledNanos;

    /**
     * @param nanos our time, monotonic
     * @param timeout after which silence MicroRaft gives a leader, or a leader its majority, up
     */
    RaftTime(LongSupplier nanos, Duration timeout) {
        this.nanos = nanos;
        this.start = nanos.getAsLong();
        this.speed = TIMEOUT_SECONDS * 1000.0 / timeout.toMillis();
    }

    /** How long a wait of MicroRaft's really takes, in nanoseconds. */
    long realNanos(long delay, TimeUnit unit) {
        return (long) (unit.toNanos(delay) / speed);
    }

    /** A real time in MicroRaft's milliseconds. */
    long raftMillis(Duration real) {
        return Math.max(1, Math.round(real.toMillis() * speed));
    }

    /** From now on every heartbeat seen before is too old. Called by one thread at a time. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void jump() {
        jumpedMillis += TIMEOUT_SECONDS * 1000L + 1;
    }

    /**
     * The engine's own thread was busy that long with one task, so others could not be heard: that was not their silence. Called by one thread at a time.
     */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void stalled(long nanosBusy) {
        stalledNanos += nanosBusy;
    }

    @Override
    public long millis() {
        // Begins late enough for "never heard of a leader" (0) to be too long ago.
        long base = 10L * TIMEOUT_SECONDS * 1000;
        return base + (long) ((nanos.getAsLong() - start - stalledNanos) / 1e6 * speed) + jumpedMillis;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}

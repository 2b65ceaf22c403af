package io.understudy.signin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Slows down whoever tries passwords: after {@value #FREE} wrong ones an address has to wait, twice as long after each further one, up to five minutes. Forgotten after a
 * quarter of an hour without a wrong one, or with a right one. For any thread.
 */
public final class Patience {
    private static final int FREE = 5;
    private static final Duration WAIT_MAX = Duration.ofMinutes(5);
    private static final Duration REMEMBERED = Duration.ofMinutes(15);
    private static final int ADDRESSES_MAX = 20_000;

    private final Clock clock;
    private final Cache<String, Failures> failures = Caffeine.newBuilder()
            .maximumSize(ADDRESSES_MAX)
            .expireAfterWrite(REMEMBERED)
            .build();

    private record Failures(int count, Instant waitUntil) {}

    public Patience(Clock clock) {
        this.clock = clock;
    }

    /** How long that address has to wait before its next password is looked at; empty if it has not. */
    public Optional<Duration> wait(String address) {
        Failures f = failures.getIfPresent(address);
        Instant now = clock.instant();
        return f == null || !f.waitUntil.isAfter(now)
                ? Optional.empty()
                : Optional.of(Duration.between(now, f.waitUntil));
    }

    /** The password was wrong. */
    public void wrong(String address) {
        failures.asMap().compute(address, (a, f) -> {
            int count = f == null ? 1 : f.count + 1;
            return new Failures(count, clock.instant().plus(waitAfter(count)));
        });
    }

    /** The password was right. */
    public void right(String address) {
        failures.invalidate(address);
    }

    private static Duration waitAfter(int count) {
        if (count < FREE) {
            return Duration.ZERO;
        }
        Duration wait = Duration.ofSeconds(1L << Math.min(count - FREE, 20));
        return wait.compareTo(WAIT_MAX) < 0 ? wait : WAIT_MAX;
    }
}

package io.understudy.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Slows down whoever tries passwords. An address has {@value #FREE} wrong ones free and gets one more each second; when they are used up, its logins are looked at one in a second, in the order they
 * came, and those that would have to wait longer than {@link #WAIT_MAX} are not. Other addresses do not feel anything of it, whichever user was tried. Of IPv6 a whole /64 is one address. For any thread.
 */
final class LoginPace {
    static final Duration WAIT_MAX = Duration.ofSeconds(10);

    private static final int FREE = 20;
    /** How far an address can be in debt: many connections may be under way with wrong passwords when the first one is known to be. */
    private static final int DEBT_MAX = 60;

    private static final long STEP_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int ADDRESSES_MAX = 20_000;
    private static final int NETWORK_BYTES = 8;

    private final LongSupplier nanoTime;
    /** Addresses that are full again say nothing, and are forgotten. */
    private final Cache<String, Budget> budgets = Caffeine.newBuilder()
            .maximumSize(ADDRESSES_MAX)
            .expireAfterWrite(Duration.ofSeconds(2 * (FREE + DEBT_MAX)))
            .build();

    /**
     * What an address may still do.
     *
     * @param fullNanos when all of its wrong passwords would be free again: the later, the fewer are
     * @param nextNanos when the next login may be looked at, once none is free
     */
    private record Budget(long fullNanos, long nextNanos) {}

    /** @param nanoTime a clock that never goes back, in nanoseconds */
    LoginPace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** How long the next login from there has to wait before its password is looked at; empty: it is not at all. */
    Optional<Duration> wait(InetAddress address) {
        String key = key(address);
        if (budgets.getIfPresent(key) == null) {
            return Optional.of(Duration.ZERO);
        }
        long now = nanoTime.getAsLong();
        long[] wait = {0};
        budgets.asMap().computeIfPresent(key, (k, b) -> {
            if (b.fullNanos - now < FREE * STEP_NANOS) {
                return b;
            }
            long turn = b.nextNanos - now > 0 ? b.nextNanos : now;
            wait[0] = turn - now;
            return wait[0] > WAIT_MAX.toNanos() ? b : new Budget(b.fullNanos, turn + STEP_NANOS);
        });
        return wait[0] > WAIT_MAX.toNanos() ? Optional.empty() : Optional.of(Duration.ofNanos(wait[0]));
    }

    /** A password from there was wrong. */
    void wrong(InetAddress address) {
        long now = nanoTime.getAsLong();
        budgets.asMap().compute(key(address), (k, b) -> {
            long full = (b == null || b.fullNanos - now < 0 ? now : b.fullNanos) + STEP_NANOS;
            long most = now + (FREE + DEBT_MAX) * STEP_NANOS;
            return new Budget(full - most > 0 ? most : full, b == null ? now : b.nextNanos);
        });
    }

    private static String key(InetAddress address) {
        byte[] b = address.getAddress();
        return HexFormat.of().formatHex(address instanceof Inet6Address ? Arrays.copyOf(b, NETWORK_BYTES) : b);
    }
}

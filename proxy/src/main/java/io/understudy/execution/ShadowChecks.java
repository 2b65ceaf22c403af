package io.understudy.execution;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which entries of statement form carry what was captured, so that replicas can compare, and which shapes of statements have failed such a comparison: those are logged as rows from
 * then on. Shapes are known by a digest, which is what nodes tell each other.
 *
 * <p>Safe for use by many threads.
 */
public final class ShadowChecks {
    /** The first few of every shape are always compared. */
    private static final long FIRST = 3;

    private static final int SHAPES_MAX = 10_000;
    private static final int DISTRUSTED_MAX = 1_000;

    private final long every;
    private final Cache<String, AtomicLong> seen =
            Caffeine.newBuilder().maximumSize(SHAPES_MAX).build();
    private final Set<String> distrusted = ConcurrentHashMap.newKeySet();

    /** @param every how many entries of a shape one is compared of; 1 all of them, 0 none */
    public ShadowChecks(long every) {
        if (every < 0) {
            throw new IllegalArgumentException("every " + every);
        }
        this.every = every;
    }

    /** What a shape is known by. */
    public static String digest(String shape) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(shape.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether the entry of these statements, which is going to be logged, is to carry what was captured. */
    boolean due(List<Repeatable> statements) {
        if (every == 0) {
            return false;
        }
        boolean due = false;
        for (Repeatable r : statements) {
            AtomicLong counter = Objects.requireNonNull(seen.get(r.shape(), s -> new AtomicLong()));
            long n = counter.getAndIncrement();
            due |= n < FIRST || n % every == 0;
        }
        return due;
    }

    /** A comparison failed here or on another node. */
    public void distrust(Collection<String> digests) {
        for (String d : digests) {
            if (distrusted.size() < DISTRUSTED_MAX) {
                distrusted.add(d);
            }
        }
    }

    /** Whether statements of that shape are logged as rows whatever the whitelist says. */
    public boolean isDistrusted(String shape) {
        return !distrusted.isEmpty() && distrusted.contains(digest(shape));
    }

    /** Digests of the shapes that failed, in order. */
    public List<String> distrusted() {
        return distrusted.isEmpty() ? List.of() : List.copyOf(new TreeSet<>(distrusted));
    }
}

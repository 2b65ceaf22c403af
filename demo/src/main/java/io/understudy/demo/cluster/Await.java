package io.understudy.demo.cluster;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** Waits for conditions that other processes make true. */
public final class Await {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private Await() {}

    /** Something that may be true by now. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws IOException;
    }

    /** Whether the condition came true in time. */
    public static boolean within(Duration limit, Condition condition) throws IOException {
        Instant giveUp = Instant.now().plus(limit);
        while (!condition.holds()) {
            if (Instant.now().isAfter(giveUp)) {
                return false;
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        return true;
    }

    /**
     * Waits for the condition.
     *
     * @throws IOException saying that {@code what} did not come in time
     */
    public static void until(String what, Duration limit, Condition condition) throws IOException {
        if (!within(limit, condition)) {
            throw new IOException("waited " + limit.toSeconds() + " s in vain for " + what);
        }
    }
}

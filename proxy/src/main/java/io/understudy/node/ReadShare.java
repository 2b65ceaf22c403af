package io.understudy.node;

import java.time.Duration;

/** How many of the reads that a replica could serve it is meant to take: few at first, since a server that has just come back has nothing in its caches. Pure. */
final class ReadShare {
    private static final int FIRST = 10;
    private static final Duration WARM_AFTER = Duration.ofSeconds(30);

    private ReadShare() {}

    /**
     * @param serving for how long the node's database has been there and brought along the log
     * @return in percent, 10 to 100
     */
    static int after(Duration serving) {
        long millis = Math.min(serving.toMillis(), WARM_AFTER.toMillis());
        return (int) (FIRST + (100 - FIRST) * millis / WARM_AFTER.toMillis());
    }
}

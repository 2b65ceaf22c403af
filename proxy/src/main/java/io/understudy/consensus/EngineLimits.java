package io.understudy.consensus;

import java.time.Duration;

/**
 * Bounds of the engine.
 *
 * @param entriesInMemory after how many commits MicroRaft forgets old entries (about as many stay, without their bytes)
 * @param pendingEntries appended and not yet committed at most; further proposals are dropped
 * @param batchEntries entries in one message at most
 * @param batchBytes bytes of entries in one message, unless one entry alone is larger
 * @param inFlightBytes bytes proposed here and not yet committed at most, unless one entry alone is larger; further proposals are dropped
 * @param electionTimeout how long a candidate waits for votes before it asks again
 */
record EngineLimits(
        int entriesInMemory,
        int pendingEntries,
        int batchEntries,
        long batchBytes,
        long inFlightBytes,
        Duration electionTimeout) {
    static final EngineLimits DEFAULT =
            new EngineLimits(20_000, 5_000, 2_000, 4L << 20, 256L << 20, Duration.ofMillis(150));

    /** First entries of new terms come on top of what is pending; so many elections in a row without a commit. */
    private static final int NEW_TERMS = 40;

    EngineLimits {
        if (entriesInMemory < 2 * pendingEntries + NEW_TERMS + 2 * batchEntries) {
            throw new IllegalArgumentException("a log in memory for " + entriesInMemory
                    + " entries cannot hold what may be uncommitted after a restart");
        }
    }

    /** What MicroRaft is told: as many again may be on their way to its thread when the bound is reached. */
    int raftPendingEntries() {
        return 2 * pendingEntries + NEW_TERMS;
    }

    /** How many entries before a snapshot MicroRaft keeps. */
    int keptEntries() {
        return Math.max(1, entriesInMemory / 10);
    }

    /** How many entries MicroRaft's log in memory has room for. */
    int capacity() {
        return entriesInMemory + raftPendingEntries() + keptEntries();
    }
}

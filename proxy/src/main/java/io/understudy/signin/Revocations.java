package io.understudy.signin;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Sessions that were signed out, until their tokens have expired anyway. If there are too many to remember, all sessions that began before are refused: nobody who
 * signed out can come back, some who did not have to sign in again. For any thread.
 */
public final class Revocations {
    private final int max;
    private final Clock clock;
    private final Map<String, Instant> until = new HashMap<>();
    private Instant refusedBefore = Instant.EPOCH;

    /** @param max how many are remembered, at least 1 */
    public Revocations(int max, Clock clock) {
        this.max = max;
        this.clock = clock;
    }

    /** Refuses that session from now on. */
    public synchronized void revoke(String id, Instant expires) {
        Instant now = clock.instant();
        if (until.size() >= max) {
            until.values().removeIf(e -> e.isBefore(now));
        }
        if (until.size() >= max) {
            until.clear();
            refusedBefore = now;
        } else {
            until.put(id, expires);
        }
    }

    public synchronized boolean isRevoked(Token session) {
        return until.containsKey(session.id()) || session.began().isBefore(refusedBefore);
    }
}

package io.understudy.node;

import java.time.Duration;

/** Whether this node's PostgreSQL answers, as the watch and the apply loop see it together. Safe for use by many threads. */
final class ServerHealth {
    private boolean asked;
    private boolean connected;
    private boolean applying;
    private String why = "not started";
    private long sinceNanos = System.nanoTime();
    private long healthySinceNanos;

    synchronized void connected() {
        asked = true;
        boolean was = healthy();
        connected = true;
        noteBecoming(was);
    }

    private void noteBecoming(boolean was) {
        if (!was && healthy()) {
            healthySinceNanos = System.nanoTime();
        }
    }

    /**
     * The watch has no connection. Whoever is told true has to make the apply loop connect anew, which then says again that it applies; after false it must not have to, for the loop may have come back
     * before the watch did.
     *
     * @return whether there was one until now
     */
    synchronized boolean lost(String reason) {
        boolean was = connected;
        if (was) {
            if (applying) {
                sinceNanos = System.nanoTime();
            }
            applying = false;
        }
        asked = true;
        connected = false;
        why = reason;
        return was;
    }

    synchronized void applying(boolean is, String reason) {
        if (applying && !is) {
            sinceNanos = System.nanoTime();
        }
        boolean was = healthy();
        applying = is;
        noteBecoming(was);
        if (!is) {
            why = reason;
        }
    }

    synchronized boolean healthy() {
        return connected && applying;
    }

    /** Whether the server is known not to answer; until it was asked it may well be there. */
    synchronized boolean isAway() {
        return asked && !connected;
    }

    synchronized String why() {
        return why;
    }

    /** How long it has been healthy; zero if it is not. */
    synchronized Duration healthyFor() {
        return healthy() ? Duration.ofNanos(System.nanoTime() - healthySinceNanos) : Duration.ZERO;
    }

    /** How long it has not been healthy; zero if it is. */
    synchronized Duration unhealthyFor() {
        return connected && applying ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - sinceNanos);
    }
}

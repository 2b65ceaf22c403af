package io.understudy.node;

import java.time.Duration;

/** Whether this node's PostgreSQL answers, as the watch and the apply loop see it together. Safe for use by many threads. */
final class ServerHealth {
    private boolean asked;
    private boolean connected;
    private boolean applying;
    private String why = "not started";
    private long sinceNanos = System.nanoTime();

    synchronized void connected() {
        asked = true;
        connected = true;
    }

    /** @return whether it was healthy until now */
    synchronized boolean lost(String reason) {
        boolean was = connected && applying;
        asked = true;
        connected = false;
        applying = false;
        if (was) {
            sinceNanos = System.nanoTime();
        }
        why = reason;
        return was;
    }

    synchronized void applying(boolean is, String reason) {
        if (applying && !is) {
            sinceNanos = System.nanoTime();
        }
        applying = is;
        if (!is) {
            why = reason;
        }
    }

    synchronized boolean healthy() {
        return connected && applying;
    }

    synchronized boolean isConnected() {
        return connected;
    }

    /** Whether the server is known not to answer; until it was asked it may well be there. */
    synchronized boolean isAway() {
        return asked && !connected;
    }

    synchronized String why() {
        return why;
    }

    /** How long it has not been healthy; zero if it is. */
    synchronized Duration unhealthyFor() {
        return connected && applying ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - sinceNanos);
    }
}

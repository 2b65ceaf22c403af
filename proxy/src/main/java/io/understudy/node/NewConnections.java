package io.understudy.node;

import io.understudy.backend.Backend;
import io.understudy.backend.BackendUnavailable;
import java.io.IOException;
import java.time.Duration;

/** Whether a server lets somebody in, tried every second. To be refused (too many connections, say) is an answer; silence is not. Used by one thread. */
final class NewConnections {
    private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Duration ANSWER_MAX = Duration.ofSeconds(3);

    private final Attempt attempt;
    private long begunNanos = System.nanoTime();
    private volatile boolean underWay;

    /** Connects. */
    interface Attempt {
        Backend connect() throws BackendUnavailable;
    }

    NewConnections(Attempt attempt) {
        this.attempt = attempt;
    }

    /** @throws IOException an attempt has been waiting for an answer for too long */
    void look() throws IOException {
        long since = System.nanoTime() - begunNanos;
        if (underWay && since > ANSWER_MAX.toNanos()) {
            throw new IOException("it has let nobody in for " + ANSWER_MAX.toSeconds() + " s");
        }
        if (!underWay && since > EVERY_NANOS) {
            begunNanos = System.nanoTime();
            underWay = true;
            Thread.ofVirtual().name("watch-new").start(this::tryOnce);
        }
    }

    private void tryOnce() {
        try {
            attempt.connect().discard();
            underWay = false;
        } catch (BackendUnavailable e) {
            // a server that is gone is noticed by the connection that is watched; one that is silent stays under way
            underWay = !e.fromServer();
        }
    }
}

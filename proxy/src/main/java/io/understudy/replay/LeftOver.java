package io.understudy.replay;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * Write transactions that nobody here drives any more. A server that was frozen may still find their COMMIT in its sockets when it goes on, although their sessions are long gone and their entries
 * are about to be replayed: then they would take effect twice.
 */
final class LeftOver {
    private static final Duration WAIT_MAX = Duration.ofSeconds(20);
    private static final long PAUSE_MILLIS = 10;

    /** Whoever has a transaction id has written, or was about to. */
    private static final String TERMINATE = """
            SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
             WHERE datname = pg_catalog.current_database() AND pid <> pg_catalog.pg_backend_pid()
               AND backend_type = 'client backend' AND backend_xid IS NOT NULL
            """;

    private LeftOver() {}

    /** Ends them all and waits until they are gone. */
    static void end(Queries database) throws IOException, ServerError {
        long deadline = System.nanoTime() + WAIT_MAX.toNanos();
        while (!database.query(TERMINATE).isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("transactions that were cut off do not end in this node's PostgreSQL");
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("closed while transactions that were cut off ended");
            }
        }
    }
}

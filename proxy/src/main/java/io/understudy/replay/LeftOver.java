package io.understudy.replay;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Write transactions that nobody here drives any more. A server that was frozen may still find their COMMIT in its sockets when it goes on, although their sessions are long gone and their entries
 * are about to be replayed: then they would take effect twice. Prepared ones outlive even the server.
 */
public final class LeftOver {
    /** What the names of transactions begin with that the node prepares. */
    public static final String PREPARED_PREFIX = "understudy ";

    private static final Duration WAIT_MAX = Duration.ofSeconds(20);
    private static final long PAUSE_MILLIS = 10;
    /** SQLSTATE where there is no prepared transaction of a name (any more). */
    public static final String NO_SUCH_NAME = "42704";

    /** SQLSTATE while another session is at it. */
    public static final String BUSY = "55000";

    /** Whoever has a transaction id has written, or was about to. While the database is being adopted there are others, who go on; a transaction that may be committed has its place in the log noted. */
    private static final String TERMINATE = """
            SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
             WHERE datname = pg_catalog.current_database() AND pid <> pg_catalog.pg_backend_pid()
               AND backend_type = 'client backend' AND backend_xid IS NOT NULL
               AND (NOT EXISTS (SELECT FROM understudy.adoption) OR pg_catalog.starts_with(application_name, 'understudy node')
                    OR pid IN (SELECT l.pid FROM pg_catalog.pg_locks l WHERE l.relation = 'understudy.applied'::pg_catalog.regclass))
            """;

    private static final String PREPARED = """
            SELECT pg_catalog.quote_literal(gid) FROM pg_catalog.pg_prepared_xacts
             WHERE database = pg_catalog.current_database() AND pg_catalog.starts_with(gid, $1)
            """;

    private LeftOver() {}

    /** Ends them all and waits until they are gone. */
    public static void end(Queries database) throws IOException, ServerError {
        long deadline = System.nanoTime() + WAIT_MAX.toNanos();
        while (!database.query(TERMINATE).isEmpty() || prepared(database)) {
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

    /** Whether there were any. */
    private static boolean prepared(Queries database) throws IOException, ServerError {
        List<@Nullable String[]> names = database.query(PREPARED, PREPARED_PREFIX);
        for (@Nullable String[] name : names) {
            try {
                database.query("ROLLBACK PREPARED " + name[0]);
            } catch (ServerError e) {
                // its own session was faster, or still is at it
                if (!List.of(NO_SUCH_NAME, BUSY).contains(e.fields().sqlState())) {
                    throw e;
                }
            }
        }
        return !names.isEmpty();
    }
}

package io.understudy.repair;

import io.understudy.backend.ServerError;
import io.understudy.log.VerificationScope;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part in verifying: at a verification point it takes a snapshot, sums it up in the background and keeps the result for whoever compares.
 *
 * <h2>Bounds</h2>
 * One snapshot is summed up at a time, some more may wait with their snapshot open, beyond that a point fails at once. The last results are kept.
 *
 * <h2>Threads</h2>
 * Safe for use by many threads. {@link #reached} is called by the thread that applies entries, which waits for the snapshot, not for the sums.
 */
public final class Verification implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Verification.class);

    private static final Set<String> TABLE_GONE = Set.of("42P01", "3F000", "42703");

    private static final int OPEN_MAX = 3;
    private static final int RESULTS_MAX = 16;

    private final VerificationConnections connections;
    private final long tableMillisMax;
    private final Semaphore open = new Semaphore(OPEN_MAX);
    private final Semaphore summing = new Semaphore(1);
    private final Map<UUID, Result> results = new LinkedHashMap<>();
    private volatile boolean closed;

    /** What has become of a point on this node. */
    public sealed interface Result {
        /** Being summed up. */
        record Underway(long index) implements Result {}

        record Done(DatabaseSums sums) implements Result {}

        /** For example because the snapshot was in the way of replay. */
        record Failed(long index, String why) implements Result {}
    }

    /** @param tableMillisMax how long one table may take */
    public Verification(VerificationConnections connections, long tableMillisMax) {
        this.connections = connections;
        this.tableMillisMax = tableMillisMax;
    }

    /** Whether that SQLSTATE is what a server says of a table, a schema or a column that is not there any more. */
    public static boolean isTableGone(String sqlState) {
        return TABLE_GONE.contains(sqlState);
    }

    /** Takes the snapshot now; whatever goes wrong becomes the point's result. */
    public void reached(UUID point, long index, VerificationScope scope) {
        if (closed || !open.tryAcquire()) {
            put(point, new Result.Failed(index, "too many verifications at once"));
            return;
        }
        put(point, new Result.Underway(index));
        Snapshot snapshot;
        try {
            snapshot = take(point, index, scope);
        } catch (IOException | ServerError e) {
            open.release();
            failed(point, index, e);
            return;
        }
        Thread.ofVirtual().name("verification").start(() -> sum(snapshot, point, index));
    }

    private Snapshot take(UUID point, long index, VerificationScope scope) throws IOException, ServerError {
        VerificationConnections.Connection connection = connections.open();
        try {
            return new Snapshot(point, index, scope, connection, tableMillisMax);
        } catch (IOException | ServerError | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void sum(Snapshot snapshot, UUID point, long index) {
        try (snapshot) {
            summing.acquire();
            try {
                put(point, new Result.Done(snapshot.sum()));
            } finally {
                summing.release();
            }
        } catch (InterruptedException | IOException | ServerError | RuntimeException e) {
            failed(point, index, e);
        } finally {
            open.release();
        }
    }

    private void failed(UUID point, long index, Exception e) {
        LOG.atWarn().addKeyValue("index", index).log("verification at entry {} failed here: {}", index, e.getMessage());
        put(point, new Result.Failed(index, String.valueOf(e.getMessage())));
    }

    private synchronized void put(UUID point, Result result) {
        results.put(point, result);
        if (results.size() > RESULTS_MAX) {
            results.remove(results.keySet().iterator().next());
        }
    }

    /** What is known of a point; empty if it has not been reached here, or long ago. */
    public synchronized Optional<Result> result(UUID point) {
        return Optional.ofNullable(results.get(point));
    }

    @Override
    public void close() {
        closed = true;
    }
}

package io.understudy.replay;

import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels sessions that keep replay waiting for a lock longer than a bound, as a hot standby does; ends those that hold it without running anything,
 * and those that a first cancel did not move.
 *
 * <p>Only sessions that block are touched, never one of {@code understudy_apply}.
 */
final class BlockerWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlockerWatch.class);

    private static final String BLOCKERS = """
            SELECT pid, state LIKE 'idle in transaction%' FROM pg_catalog.pg_stat_activity
             WHERE pid = ANY (pg_catalog.pg_blocking_pids($1::int)) AND usename IS DISTINCT FROM 'understudy_apply'
            """;

    private final ApplyConnections connections;
    private final long blockedMillisMax;
    private final Thread thread;
    private final Set<String> asked = new HashSet<>();
    private volatile boolean closed;
    private volatile int pid;
    /** When the batch began that runs now, {@link System#nanoTime}; 0 if none. */
    private volatile long since;

    private ApplyConnections.@Nullable Connection connection;

    BlockerWatch(ApplyConnections connections, long blockedMillisMax) {
        this.connections = connections;
        this.blockedMillisMax = blockedMillisMax;
        this.thread = Thread.ofVirtual().name("replay-blockers").start(this::run);
    }

    void watch(int replayPid) {
        pid = replayPid;
    }

    void unwatch() {
        pid = 0;
        since = 0;
    }

    void busy() {
        long now = System.nanoTime();
        since = now == 0 ? 1 : now;
    }

    void idle() {
        since = 0;
    }

    private void run() {
        try {
            while (!closed) {
                Thread.sleep(Math.max(10, blockedMillisMax / 4));
                long began = since;
                if (began == 0) {
                    asked.clear();
                } else if (System.nanoTime() - began > blockedMillisMax * 1_000_000 && pid != 0) {
                    cancelBlockers();
                }
            }
        } catch (InterruptedException e) {
            // closed
        } finally {
            disconnect();
        }
    }

    private void cancelBlockers() {
        try {
            ApplyConnections.Connection open = connection;
            if (open == null) {
                open = connections.open();
                connection = open;
            }
            List<@Nullable String[]> blockers = open.queries().query(BLOCKERS, Integer.toString(pid));
            for (@Nullable String[] row : blockers) {
                String blocker = String.valueOf(row[0]);
                boolean end = "t".equals(row[1]) || !asked.add(blocker);
                LOG.warn("replay waits for process {}: {}", blocker, end ? "ended" : "cancelled");
                String function = end ? "pg_terminate_backend" : "pg_cancel_backend";
                open.queries().query("SELECT pg_catalog." + function + "($1::int)", blocker);
            }
        } catch (IOException | ServerError e) {
            LOG.warn("cannot look for what keeps replay waiting: {}", e.getMessage());
            disconnect();
        }
    }

    private void disconnect() {
        ApplyConnections.Connection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}

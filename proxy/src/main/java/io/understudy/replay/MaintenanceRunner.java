package io.understudy.replay;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.log.Entry;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs VACUUM, ANALYZE and the like beside replay, on a connection of its own. They change no data: what fails is logged and forgotten. */
final class MaintenanceRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MaintenanceRunner.class);
    private static final int WAITING_MAX = 256;
    private static final long IDLE_SECONDS = 30;

    /** What PostgreSQL leaves half done when it fails; a note of what has left nothing does no harm. */
    private static final Pattern CONCURRENTLY = Pattern.compile("\\bconcurrently\\b", Pattern.CASE_INSENSITIVE);

    private static final String NOTE = "SELECT understudy.outside_note($1::pg_catalog.uuid, 'reindex', NULL, NULL)";
    private static final String UNDO = "SELECT understudy.outside_undo($1::pg_catalog.uuid)";

    /** Readers queue behind who waits to drop an index. What is not undone then is when the next master is assigned. */
    private static final String UNDO_WAITS_MAX = "2s";

    private final ApplyConnections connections;
    private final BlockingQueue<Entry.Maintenance> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Thread thread;
    private ApplyConnections.@Nullable Connection connection;

    MaintenanceRunner(ApplyConnections connections) {
        this.connections = connections;
        this.thread = Thread.ofVirtual().name("replay-maintenance").start(this::run);
    }

    /** Never waits: what finds no room is left out. */
    void offer(Entry.Maintenance maintenance) {
        if (!waiting.offer(maintenance)) {
            LOG.warn("left out, too much maintenance is waiting: {}", maintenance.sql());
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Entry.Maintenance next = waiting.poll(IDLE_SECONDS, TimeUnit.SECONDS);
                if (next == null) {
                    disconnect();
                } else {
                    run(next);
                }
            }
        } catch (InterruptedException e) {
            // closed
        } finally {
            disconnect();
        }
    }

    private void run(Entry.Maintenance m) {
        try {
            ApplyConnections.Connection open = connection;
            if (open == null) {
                open = connections.open();
                connection = open;
                ApplySession.prepare(open.queries());
            }
            maintain(open.queries(), m);
        } catch (ServerError e) {
            LOG.warn("maintenance failed here: {}: {}", m.sql(), e.getMessage());
        } catch (IOException e) {
            LOG.warn("maintenance not run here: {}: {}", m.sql(), e.getMessage());
            disconnect();
        }
    }

    private static void maintain(Queries database, Entry.Maintenance m) throws IOException, ServerError {
        if (CONCURRENTLY.matcher(m.sql()).find()) {
            String note = UUID.randomUUID().toString();
            database.query(NOTE, note);
            try {
                maintainAs(database, m);
            } finally {
                database.query("SELECT pg_catalog.set_config('lock_timeout', $1, false)", UNDO_WAITS_MAX);
                database.query(UNDO, note);
                database.query("SELECT pg_catalog.set_config('lock_timeout', '0', false)");
            }
        } else {
            maintainAs(database, m);
        }
    }

    private static void maintainAs(Queries database, Entry.Maintenance m) throws IOException, ServerError {
        String path = m.context().settings().get("search_path");
        database.query("SELECT pg_catalog.set_config('search_path', $1, false)", path);
        database.query(
                "SELECT pg_catalog.set_config('role', $1, false)", m.context().role());
        try {
            database.query(m.sql());
        } finally {
            database.query("SELECT pg_catalog.set_config('role', 'none', false)");
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
        thread.interrupt();
    }
}

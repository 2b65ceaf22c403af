package io.understudy.replay;

import io.understudy.backend.ServerError;
import io.understudy.replay.ReplayOutcome.ServerLost;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies committed entries to the local PostgreSQL over one connection.
 *
 * <h2>Atomicity</h2>
 * The effects of entries and the applied index are one local transaction. A batch is one transaction and two round trips where everything goes as
 * expected; otherwise it is cut where it went wrong and that entry is applied alone.
 *
 * <h2>Durability</h2>
 * Commits are asynchronous: the log is the durability, the applied index tells how much of it must be applied again after a crash. Only {@link #prune} waits for the disk.
 *
 * <h2>Failure</h2>
 * Is a value, see {@link ReplayOutcome}. After {@link ServerLost} the replayer must be opened again.
 *
 * <h2>Threads</h2>
 * One thread uses it; {@link #close} may come from any.
 */
public final class Replayer implements LocalDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(Replayer.class);

    private final ApplyConnections connections;
    private final LoggedChunks chunks;
    private final StatementAlarm alarm;
    private final BlockerWatch watch;
    private final MaintenanceRunner maintenance;
    private final TableCatalog tables = new TableCatalog();
    private volatile ApplyConnections.@Nullable Connection connection;

    /**
     * @param connections also used, by one connection each, for cancelling blockers and for maintenance
     * @param chunks where those of large transactions are found
     * @param blockedMillisMax how long a reader may keep replay waiting before it is cancelled
     */
    public Replayer(ApplyConnections connections, LoggedChunks chunks, long blockedMillisMax, StatementAlarm alarm) {
        this.connections = connections;
        this.chunks = chunks;
        this.alarm = alarm;
        this.watch = new BlockerWatch(connections, blockedMillisMax);
        this.maintenance = new MaintenanceRunner(connections);
    }

    @Override
    public long open(AppliedRows.Executed executed) throws IOException, ServerError {
        ApplyConnections.Connection open = connection;
        if (open == null) {
            open = connections.open();
            connection = open;
            tables.forget();
            watch.watch(open.pid());
            try {
                ApplySession.prepare(open.queries());
                LeftOver.end(open.queries());
            } catch (IOException | ServerError e) {
                disconnect();
                throw e;
            }
        }
        try {
            return AppliedRows.highest(open.queries(), executed);
        } catch (IOException e) {
            disconnect();
            throw e;
        }
    }

    @Override
    public ReplayOutcome apply(List<IndexedEntry> batch, Progress progress) {
        ApplyConnections.Connection open = connection;
        if (open == null) {
            return new ServerLost("not connected");
        }
        watch.busy();
        try {
            return new BatchReplay(open.queries(), tables, progress, maintenance, chunks, alarm).apply(batch);
        } catch (IOException e) {
            disconnect();
            return new ServerLost(String.valueOf(e.getMessage()));
        } finally {
            watch.idle();
        }
    }

    @Override
    public boolean prune(long index) {
        ApplyConnections.Connection open = connection;
        if (open == null) {
            return false;
        }
        try {
            AppliedRows.prune(open.queries(), index);
            return true;
        } catch (ServerError e) {
            LOG.warn("old rows of the applied index stay for now: {}", e.getMessage());
        } catch (IOException e) {
            disconnect();
        }
        return false;
    }

    @Override
    public void close() {
        disconnect();
        watch.close();
        maintenance.close();
    }

    @Override
    public void schemaChanged() {
        tables.forget();
    }

    @Override
    public void disconnect() {
        ApplyConnections.Connection open = connection;
        connection = null;
        watch.unwatch();
        if (open != null) {
            open.close();
        }
    }
}

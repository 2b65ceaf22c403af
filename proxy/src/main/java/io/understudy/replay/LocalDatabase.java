package io.understudy.replay;

import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.List;

/** The database that the loop applies entries to. Used by one thread. */
public interface LocalDatabase extends AutoCloseable {

    /**
     * Connects, unless connected, and reads the applied index. After a new connection nothing that an earlier one left running in the server can commit any more.
     *
     * @throws IOException if there is no server, or it is lost
     */
    long open(AppliedRows.Executed executed) throws IOException, ServerError;

    /**
     * Applies entries in order. One transaction where possible; where an entry needs one of its own, several, each with its applied index.
     *
     * @param batch entries with consecutive indexes, the first one being the applied index + 1; not empty
     */
    ReplayOutcome apply(List<IndexedEntry> batch, Progress progress);

    /** Another connection has committed DDL: what is remembered about tables may be outdated. */
    void schemaChanged();

    /** Lets the connection go, because it is known to be lost; {@link #open} makes another. */
    void disconnect();

    /**
     * Makes what is applied up to {@code index} durable and removes the bookkeeping of entries before it. Best effort.
     *
     * @return whether it is durable now
     */
    boolean prune(long index);

    @Override
    void close();
}

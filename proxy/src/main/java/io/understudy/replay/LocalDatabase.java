package io.understudy.replay;

import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.List;

/** The database that the loop applies entries to. Used by one thread. */
public interface LocalDatabase extends AutoCloseable {

    /**
     * Connects, unless connected, and reads the applied index.
     *
     * @throws IOException if there is no server, or it is lost
     */
    long open(AppliedRows.Counting counting) throws IOException, ServerError;

    /**
     * Applies entries in order. One transaction where possible; where an entry needs one of its own, several, each with its applied index.
     *
     * @param batch entries with consecutive indexes, the first one being the applied index + 1; not empty
     */
    ReplayOutcome apply(List<IndexedEntry> batch, Progress progress);

    /** Lets the connection go, because it is known to be lost; {@link #open} makes another. */
    void disconnect();

    /** Removes bookkeeping of entries before {@code index}, which is applied. Best effort. */
    void prune(long index);

    @Override
    void close();
}

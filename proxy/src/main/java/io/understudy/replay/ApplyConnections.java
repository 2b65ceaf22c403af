package io.understudy.replay;

import io.understudy.backend.Queries;
import java.io.IOException;

/**
 * Opens connections to this node's own server, logged in as {@code understudy_apply}: outside of any pool, with no settings in the startup packet but
 * {@code client_encoding=UTF8} and {@code default_transaction_read_only=off}.
 */
@FunctionalInterface
public interface ApplyConnections {

    /** @throws IOException if there is no server or it refuses */
    Connection open() throws IOException;

    /** An open connection; used by one thread at a time, closed by any. */
    interface Connection extends AutoCloseable {
        Queries queries();

        /** The server's process that serves it. */
        int pid();

        @Override
        void close();
    }
}

package io.understudy.repair;

import io.understudy.backend.Queries;
import java.io.IOException;

/**
 * Opens connections to this node's own server as a role that may read everything, and not as {@code understudy_apply}: if a snapshot keeps replay waiting, it
 * is the snapshot that gives way.
 */
@FunctionalInterface
public interface VerificationConnections {

    Connection open() throws IOException;

    /** An open connection, used by one thread at a time. */
    interface Connection extends AutoCloseable {
        Queries queries();

        @Override
        void close();
    }
}

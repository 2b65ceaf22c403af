package io.understudy.backend;

import org.jspecify.annotations.Nullable;

/**
 * Between the object ids of a connection's server and those its client knows, which are the master's.
 *
 * @param toClient null if they are the same
 * @param toServer null if they are the same
 */
public record Translation(
        @Nullable ObjectIds toClient, @Nullable ObjectIds toServer) {
    /** The server is the master's. */
    public static final Translation NONE = new Translation(null, null);
}

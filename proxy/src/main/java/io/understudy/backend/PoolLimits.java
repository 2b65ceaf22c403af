package io.understudy.backend;

import java.time.Duration;

/**
 * Bounds of all connections of a node.
 *
 * @param perPool connections of one role with the same startup settings and access to one server
 * @param perServer pooled connections to one server altogether; idle ones of other pools make room for new ones
 * @param connectTimeout for the TCP connection
 * @param loginTimeout for each message of the server during login
 * @param idle after which a pooled connection is closed, at least 10 s
 */
public record PoolLimits(int perPool, int perServer, Duration connectTimeout, Duration loginTimeout, Duration idle) {
    public PoolLimits {
        if (perPool < 1 || perServer < 1) {
            throw new IllegalArgumentException("a pool without connections");
        }
    }

    /** So that three nodes fit into the 100 connections that PostgreSQL allows by default. */
    public static PoolLimits of(int perPool) {
        return new PoolLimits(
                perPool, Math.max(perPool, 30), Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofSeconds(60));
    }
}

package io.understudy.topology;

import java.util.UUID;

/**
 * What a node says of itself to the others, several times a second and after every change.
 *
 * @param process this run of its proxy
 * @param appliedIndex last entry whose effects are visible in its PostgreSQL
 * @param committedIndex last entry it knows to be committed
 * @param oldestUnappliedMicros commit time of the oldest entry it has not applied, microseconds since 1970 UTC; 0 if none
 * @param host where clients, operators and other nodes reach its parts
 */
public record NodeStatus(
        String name,
        UUID process,
        NodeState state,
        long epoch,
        long appliedIndex,
        long committedIndex,
        long oldestUnappliedMicros,
        String host,
        int clientPort,
        int adminPort,
        String postgresHost,
        int postgresPort) {}

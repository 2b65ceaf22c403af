package io.understudy.topology;

import java.util.List;
import java.util.UUID;

/**
 * What a node says of itself to the others, several times a second and after every change.
 *
 * @param process this run of its proxy
 * @param appliedIndex last entry whose effects are visible in its PostgreSQL
 * @param committedIndex last entry it knows to be committed
 * @param oldestUnappliedMicros commit time of the oldest entry it has not applied, microseconds since 1970 UTC; 0 if none
 * @param host where clients and people reach it, with {@code clientPort} and {@code adminPort}
 * @param postgresHost where other nodes reach its PostgreSQL
 * @param internal where other nodes reach its proxy
 * @param load what it has done; brought up to date a few times a second
 * @param distrusted digests of the shapes of statements that had another effect on some replica than on the master, and are logged as rows therefore
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
        int postgresPort,
        Internal internal,
        NodeLoad load,
        List<String> distrusted) {
    public NodeStatus {
        distrusted = List.copyOf(distrusted);
    }

    /** Behind a port mapping or a public name, the nodes reach each other by other addresses than clients do. */
    public record Internal(String host, int clientPort, int adminPort) {}

    /** Of a node that has done nothing yet and that everybody reaches by the same addresses. */
    public NodeStatus(
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
            int postgresPort) {
        this(
                name,
                process,
                state,
                epoch,
                appliedIndex,
                committedIndex,
                oldestUnappliedMicros,
                host,
                clientPort,
                adminPort,
                postgresHost,
                postgresPort,
                new Internal(host, clientPort, adminPort),
                NodeLoad.NONE,
                List.of());
    }
}

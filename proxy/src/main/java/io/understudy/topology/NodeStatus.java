package io.understudy.topology;

import java.util.List;
import java.util.Locale;
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
 * @param readShare of the reads that it could serve, how many it is meant to take, in percent, 1 to 100: less while the caches of a server that came back are cold
 * @param load what it has done; brought up to date a few times a second
 * @param ailment what is wrong with its database, {@link Ailment#NONE} if nothing is
 * @param distrusted digests of the shapes of statements that had another effect on some replica than on the master, and are logged as rows therefore
 * @param duties what it is there for
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
        int readShare,
        NodeLoad load,
        List<String> distrusted,
        Ailment ailment,
        Duties duties) {
    public NodeStatus {
        distrusted = List.copyOf(distrusted);
    }

    /** Its state as clients and people are told: replicas that are no ordinary ones have a name of their own, so that drivers look for another node. */
    public String told() {
        if (state == NodeState.REPLICA && duties.drained()) {
            return "drained";
        }
        if (state == NodeState.REPLICA && duties.delaySeconds() > 0) {
            return "delayed";
        }
        return state == NodeState.REPLICA && !duties.reads()
                ? "reserved"
                : state.name().toLowerCase(Locale.ROOT);
    }

    /** The same with other duties. */
    public NodeStatus with(Duties other) {
        return new NodeStatus(
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
                internal,
                readShare,
                load,
                distrusted,
                ailment,
                other);
    }

    /** Behind a port mapping or a public name, the nodes reach each other by other addresses than clients do. */
    public record Internal(String host, int clientPort, int adminPort) {}

    /**
     * Why it is {@link NodeState#QUARANTINED}; both are for people.
     *
     * @param reason empty if it is not
     * @param repair how far the repair is, empty while there is none
     * @param repairs how often it was repaired since its proxy started
     */
    public record Ailment(String reason, String repair, long repairs) {
        /** Nothing is wrong. */
        public static final Ailment NONE = new Ailment("", "", 0);
    }

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
                100,
                NodeLoad.NONE,
                List.of(),
                Ailment.NONE,
                Duties.ALL);
    }
}

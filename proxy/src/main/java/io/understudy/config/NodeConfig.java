package io.understudy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A node's settings.
 *
 * @param node this node's name, one of {@code nodes}
 * @param nodes what the cluster is formed of, this node included, the same list everywhere; nodes that are added later are known from the log
 * @param joins whether this node, as long as it has no log, joins a cluster that is there: {@code nodes} is where it finds the others then
 * @param dataDirectory log, votes and identity of this node
 * @param database the one database that is replicated
 * @param advertise where clients and people reach this node
 * @param postgres the PostgreSQL server this node owns
 * @param failureDetection after which silence a node counts as gone (a killed process is noticed at once)
 * @param readWait how long a read waits for a replica that has seen its session's writes before it goes to the master
 * @param checkStatements of how many entries of statement form, per shape of statement, one carries what was captured for replicas to compare with; 0 none
 * @param repairs how differences between nodes are looked for and repaired
 * @param logLimits how much of the statement log is kept
 * @param access what the client port demands of who comes to it
 * @param adminAccess who may use the administration API
 * @param duties what the node is there for
 * @param clusterTls how what nodes say to each other is encrypted; empty if it is not
 * @param commitWait how long a client waits for the outcome of its commit before it is told 08007
 * @param logFormat of what the node writes to standard error
 */
public record NodeConfig(
        String node,
        List<Peer> nodes,
        boolean joins,
        Path dataDirectory,
        String database,
        String clientHost,
        int clientPort,
        String adminHost,
        int adminPort,
        Advertise advertise,
        Postgres postgres,
        Duration failureDetection,
        Duration readWait,
        Duration commitWait,
        int poolSize,
        int checkStatements,
        Repairs repairs,
        LogLimits logLimits,
        ClientAccess access,
        AdminAccess adminAccess,
        Duties duties,
        LogFormat logFormat,
        Optional<PeerTls> clusterTls) {
    public NodeConfig {
        nodes = List.copyOf(nodes);
    }

    /** With {@link Repairs#DEFAULT}, {@link LogLimits#DEFAULT}, {@link ClientAccess#DEFAULT}, {@link AdminAccess#DEFAULT}, {@link Duties#ALL} and {@link LogFormat#TEXT}, nothing encrypted between nodes, and not joining. */
    public NodeConfig(
            String node,
            List<Peer> nodes,
            Path dataDirectory,
            String database,
            String clientHost,
            int clientPort,
            String adminHost,
            int adminPort,
            Advertise advertise,
            Postgres postgres,
            Duration failureDetection,
            Duration readWait,
            Duration commitWait,
            int poolSize,
            int checkStatements) {
        this(
                node,
                nodes,
                false,
                dataDirectory,
                database,
                clientHost,
                clientPort,
                adminHost,
                adminPort,
                advertise,
                postgres,
                failureDetection,
                readWait,
                commitWait,
                poolSize,
                checkStatements,
                Repairs.DEFAULT,
                LogLimits.DEFAULT,
                ClientAccess.DEFAULT,
                AdminAccess.DEFAULT,
                Duties.ALL,
                LogFormat.TEXT,
                Optional.empty());
    }

    /** The same, for a node that joins a cluster that is there. */
    public NodeConfig joining() {
        return new NodeConfig(
                node,
                nodes,
                true,
                dataDirectory,
                database,
                clientHost,
                clientPort,
                adminHost,
                adminPort,
                advertise,
                postgres,
                failureDetection,
                readWait,
                commitWait,
                poolSize,
                checkStatements,
                repairs,
                logLimits,
                access,
                adminAccess,
                duties,
                logFormat,
                clusterTls);
    }

    /**
     * What a node is there for.
     *
     * @param reads whether clients of other nodes may read from its PostgreSQL
     * @param mastership whether it may become master although another node could
     * @param zone where it is; empty: nothing is said
     * @param weight how many reads it takes, where an equal one of weight 1 takes one
     * @param delay how far its database is kept behind the log; zero: not at all
     * @param witness whether it only votes and keeps the log, and has no PostgreSQL
     */
    public record Duties(boolean reads, boolean mastership, String zone, int weight, Duration delay, boolean witness) {
        public static final Duties ALL = new Duties(true, true, "", 1, Duration.ZERO, false);
    }

    /**
     * How much of the statement log a node keeps. Whatever they say, it keeps what its own database does not have durably; a node that was away longer than the others keep what it lacks is set up
     * from another one's database.
     *
     * @param bytes the oldest entries go while the log is larger; at least two segments
     * @param age older ones go too
     * @param segmentBytes size of the log's files: it is cut by whole ones
     */
    public record LogLimits(long bytes, Duration age, long segmentBytes) {
        public static final LogLimits DEFAULT = new LogLimits(4L << 30, Duration.ofDays(7), 64L << 20);
    }

    /**
     * How differences between nodes are looked for, and what is done about them.
     *
     * @param verifyEvery pause between two comparisons of everything in the background; zero: none
     * @param verifyShare of the time while one runs, how much at most is spent reading, in percent; 1 to 100
     * @param automatic whether a node in quarantine is repaired without being told to
     */
    public record Repairs(Duration verifyEvery, int verifyShare, boolean automatic) {
        public static final Repairs DEFAULT = new Repairs(Duration.ofMinutes(1), 10, true);
    }

    /** Where the other nodes reach a node: by that host all its ports, by {@code clusterPort} JGroups, which binds to the host's address. */
    public record Peer(String name, String host, int clusterPort) {}

    /** What is told to clients and people; behind a port mapping or a public name it is not what the node binds to. */
    public record Advertise(String host, int clientPort, int adminPort) {}

    /** This node as the others see it. */
    public Peer self() {
        return nodes.stream()
                .filter(n -> n.name().equals(node))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(node + " is not one of " + nodes));
    }

    /** Where the other nodes reach this node's PostgreSQL: a server that shares the node's machine is named by the machine. */
    public String postgresHostForNodes() {
        return Addresses.isLoopback(postgres.host()) ? self().host() : postgres.host();
    }

    /**
     * @param user a superuser of that server, used for set-up and to read verifiers
     * @param password also the password of {@code understudy_apply}, the role that replays
     * @param tls of connections to it and to the servers of the other nodes
     * @param adopt whether its database may hold relations although it has never been a node's: then it is adopted
     */
    public record Postgres(String host, int port, String user, String password, PostgresTls tls, boolean adopt) {
        /** Connected to plainly, and empty at first. */
        public Postgres(String host, int port, String user, String password) {
            this(host, port, user, password, PostgresTls.OFF, false);
        }

        @Override
        public String toString() {
            return user + "@" + host + ":" + port;
        }
    }
}

package io.understudy.admin;

import io.understudy.admin.ClusterSnapshot.Counters;
import io.understudy.admin.ClusterSnapshot.Known;
import io.understudy.admin.ClusterSnapshot.Member;
import io.understudy.admin.ClusterSnapshot.Unknown;
import io.understudy.topology.Duties;
import io.understudy.topology.NodeLoad.StageTime;
import io.understudy.topology.NodeLoad.Took;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;

/** The status as JSON shows it; component names are field names. */
public record StatusReport(
        long epoch,
        long lastIndex,
        List<Node> nodes,
        Counters counters,
        String self,
        String master,
        String at,
        List<StageTime> stages) {

    /**
     * A node.
     *
     * @param role master, replica, witness or unknown
     * @param state of {@code NodeState} in lower case, or unreachable
     * @param lagEntries entries of the log that it has not applied
     * @param reads how often it was read from, by clients of all nodes
     * @param writes write transactions that it committed as master
     * @param clients clients logged in at its proxy
     * @param lagSeconds age of the oldest of them; for a node out of touch at least the time since then
     * @param host where clients and people reach it
     * @param quarantine why it is quarantined, empty if it is not
     * @param repair how far its repair is, empty while there is none
     * @param repairs how often it was repaired since its proxy started
     * @param duties what it is there for
     * @param readTime reads by themselves that ran on its PostgreSQL, and how long they took
     * @param commitTime commits that it did as master, and how long they took
     * @param internalAdmin host and port where the nodes among themselves reach its administration API
     */
    public record Node(
            String name,
            String role,
            String state,
            long appliedIndex,
            long lagEntries,
            double lagSeconds,
            String host,
            int clientPort,
            int adminPort,
            int postgresPort,
            String internalAdmin,
            long reads,
            long writes,
            long clients,
            String quarantine,
            String repair,
            long repairs,
            Duties duties,
            Took readTime,
            Took commitTime) {}

    /** The cluster as seen at that time. */
    public static StatusReport of(ClusterSnapshot cluster, Instant now) {
        List<Node> nodes =
                cluster.members().stream().map(m -> node(m, cluster, now)).toList();
        String master = nodes.stream()
                .filter(n -> n.role().equals("master"))
                .map(Node::name)
                .findFirst()
                .orElse("");
        return new StatusReport(
                cluster.epoch(),
                cluster.lastIndex(),
                nodes,
                cluster.counters(),
                cluster.self(),
                master,
                now.toString(),
                stages(cluster, master));
    }

    /** The node that tells this. */
    public Node ofSelf() {
        return nodes.stream()
                .filter(n -> n.name().equals(self))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(self + " is not one of its own nodes"));
    }

    /** Only a master's tell something. */
    private static List<StageTime> stages(ClusterSnapshot cluster, String master) {
        return cluster.members().stream()
                .filter(m -> m.name().equals(master))
                .flatMap(m -> m instanceof Known known ? known.status().load().stages().stream() : Stream.empty())
                .toList();
    }

    /** Whether it says the same, but for when. */
    boolean sameAs(StatusReport other) {
        return equals(new StatusReport(
                other.epoch, other.lastIndex, other.nodes, other.counters, other.self, other.master, at, other.stages));
    }

    private static Node node(Member member, ClusterSnapshot cluster, Instant now) {
        return switch (member) {
            case Unknown unknown ->
                new Node(
                        unknown.name(),
                        "unknown",
                        "unreachable",
                        0,
                        cluster.lastIndex(),
                        0,
                        "",
                        0,
                        0,
                        0,
                        "",
                        0,
                        0,
                        0,
                        "",
                        "",
                        0,
                        Duties.ALL,
                        Took.NOTHING,
                        Took.NOTHING);
            case Known known -> node(known, cluster, now);
        };
    }

    private static Node node(Known known, ClusterSnapshot cluster, Instant now) {
        NodeStatus status = known.status();
        boolean inTouch = known.silence().isZero();
        long lag = Math.max(0, cluster.lastIndex() - status.appliedIndex());
        return new Node(
                status.name(),
                status.state() == NodeState.WITNESS ? "witness" : role(status.name(), inTouch, cluster.master()),
                inTouch ? status.told() : "unreachable",
                status.appliedIndex(),
                lag,
                seconds(lag == 0 ? Duration.ZERO : age(status.oldestUnappliedMicros(), now), known.silence()),
                status.host(),
                status.clientPort(),
                status.adminPort(),
                status.postgresPort(),
                status.internal().host() + ":" + status.internal().adminPort(),
                known.traffic().reads(),
                known.traffic().writes(),
                status.load().clients(),
                status.ailment().reason(),
                status.ailment().repair(),
                status.ailment().repairs(),
                status.duties(),
                known.traffic().readTime(),
                known.traffic().commitTime());
    }

    private static String role(String name, boolean inTouch, String master) {
        if (!name.equals(master)) {
            return "replica";
        }
        // A master nobody hears of may have a successor already.
        return inTouch ? "master" : "unknown";
    }

    private static Duration age(long micros, Instant now) {
        if (micros == 0) {
            return Duration.ZERO;
        }
        Duration age = Duration.between(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), now);
        return age.isNegative() ? Duration.ZERO : age;
    }

    private static double seconds(Duration lag, Duration silence) {
        return Math.max(lag.toMillis(), silence.toMillis()) / 1000.0;
    }
}

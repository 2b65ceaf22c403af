package io.understudy.admin;

import io.understudy.admin.ClusterSnapshot.Counters;
import io.understudy.admin.ClusterSnapshot.Known;
import io.understudy.admin.ClusterSnapshot.Member;
import io.understudy.admin.ClusterSnapshot.Unknown;
import io.understudy.topology.NodeStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** The status as JSON shows it; component names are field names. */
public record StatusReport(long epoch, long lastIndex, List<Node> nodes, Counters counters) {

    /**
     * A node.
     *
     * @param role master, replica or unknown
     * @param state of {@code NodeState} in lower case, or unreachable
     * @param lagEntries entries of the log that it has not applied
     * @param lagSeconds age of the oldest of them; for a node out of touch at least the time since then
     * @param host where clients and people reach it
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
            String internalAdmin) {}

    /** The cluster as seen at that time. */
    public static StatusReport of(ClusterSnapshot cluster, Instant now) {
        List<Node> nodes =
                cluster.members().stream().map(m -> node(m, cluster, now)).toList();
        return new StatusReport(cluster.epoch(), cluster.lastIndex(), nodes, cluster.counters());
    }

    private static Node node(Member member, ClusterSnapshot cluster, Instant now) {
        return switch (member) {
            case Unknown unknown ->
                new Node(unknown.name(), "unknown", "unreachable", 0, cluster.lastIndex(), 0, "", 0, 0, 0, "");
            case Known known -> node(known, cluster, now);
        };
    }

    private static Node node(Known known, ClusterSnapshot cluster, Instant now) {
        NodeStatus status = known.status();
        boolean inTouch = known.silence().isZero();
        long lag = Math.max(0, cluster.lastIndex() - status.appliedIndex());
        return new Node(
                status.name(),
                role(status.name(), inTouch, cluster.master()),
                inTouch ? status.state().name().toLowerCase(Locale.ROOT) : "unreachable",
                status.appliedIndex(),
                lag,
                seconds(lag == 0 ? Duration.ZERO : age(status.oldestUnappliedMicros(), now), known.silence()),
                status.host(),
                status.clientPort(),
                status.adminPort(),
                status.postgresPort(),
                status.internal().host() + ":" + status.internal().adminPort());
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

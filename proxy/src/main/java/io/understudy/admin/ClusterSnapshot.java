package io.understudy.admin;

import io.understudy.topology.NodeLoad.Took;
import io.understudy.topology.NodeStatus;
import java.time.Duration;
import java.util.List;

/**
 * The cluster as one node sees it.
 *
 * @param self name of this node
 * @param epoch of the current mastership, 0 before the first
 * @param lastIndex highest committed index of the statement log that is known
 * @param master name of the node assigned in {@code epoch}, empty if none is
 * @param members every configured node, this one included
 */
public record ClusterSnapshot(
        String self, long epoch, long lastIndex, String master, List<Member> members, Counters counters) {
    public ClusterSnapshot {
        members = List.copyOf(members);
    }

    /** A configured node. */
    public sealed interface Member {
        String name();
    }

    /**
     * A node that was heard of.
     *
     * @param traffic what ran on it, as far as this node has heard
     * @param silence how long it has been out of touch with us, or, for this node itself, with a majority; zero while it is in touch
     */
    public record Known(NodeStatus status, Traffic traffic, Duration silence) implements Member {
        @Override
        public String name() {
            return status.name();
        }
    }

    /** A node that was never heard of since this one started. */
    public record Unknown(String name) implements Member {}

    /**
     * What clients of all nodes had a node do; never falls while this node runs, although counts of nodes begin anew when their proxies do.
     *
     * @param reads reads by themselves, and READ ONLY transactions
     * @param writes committed write transactions
     * @param readTime how long reads by themselves took there
     * @param commitTime how long its commits took as master
     */
    public record Traffic(long reads, long writes, Took readTime, Took commitTime) {
        public static final Traffic NONE = new Traffic(0, 0);

        public Traffic(long reads, long writes) {
            this(reads, writes, Took.NOTHING, Took.NOTHING);
        }
    }

    /**
     * What was counted: forms by all nodes in touch since their proxies started, classification by this node since it started.
     *
     * @param statementForm entries proposed in statement form
     * @param rowForm entries proposed in row form
     * @param parsed statements whose classification came from Calcite
     * @param keywords statements classified by their leading keywords
     * @param fellBack statements that could not be classified and went to the master
     * @param misrouted statements that a replica refused as writes and the master then ran
     */
    public record Counters(
            long statementForm, long rowForm, long parsed, long keywords, long fellBack, long misrouted) {
        public static final Counters NONE = new Counters(0, 0, 0, 0, 0, 0);
    }
}

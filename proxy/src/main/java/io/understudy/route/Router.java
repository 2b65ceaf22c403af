package io.understudy.route;

import io.understudy.route.Route.Reason;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import org.jspecify.annotations.Nullable;

/** The routing rules. Pure. */
public final class Router {
    /** Of the turn, the lower ones choose among equals. */
    private static final int TURN_BITS = 8;

    /** How many times as busy as another node, and one more, the one may be where a session read last. */
    private static final int STAYS_BUSIER = 2;

    private Router() {}

    /**
     * Where a read goes: this node if it is a caught-up replica, else the least busy caught-up replica; else, after a short wait, the master. A replica that is much colder than others takes only its
     * share.
     *
     * @param waited whether the wait for a replica is over
     */
    public static Route read(ClusterPicture c, ReadNeed need, boolean waited, Reason reason) {
        int warmest = warmest(c, need);
        if (takes(c, c.self(), need, warmest)) {
            return new Route.Replica(c.self(), reason);
        }
        NodeStatus best = leastBusy(c, need, warmest);
        if (best != null) {
            return new Route.Replica(best, reason);
        }
        if (!waited && anyReplica(c)) {
            return new Route.WaitForReplica(reason);
        }
        if (c.mastershipOpen()) {
            return new Route.MasterReadOnly(Reason.NO_REPLICA_CAUGHT_UP);
        }
        return write(c, Reason.NO_REPLICA_CAUGHT_UP);
    }

    /** A read that is meant for one node: there, or it has to wait for it. */
    public static Route readOn(ClusterPicture c, NodeStatus n, ReadNeed need) {
        if (serves(n, need)) {
            return new Route.Replica(n, Reason.HINT);
        }
        if (!n.name().equals(c.master())) {
            return new Route.WaitForReplica(Reason.HINT);
        }
        return c.mastershipOpen() ? new Route.MasterReadOnly(Reason.HINT) : write(c, Reason.HINT);
    }

    /** Where everything else goes: the master. */
    public static Route write(ClusterPicture c, Reason reason) {
        if (c.mastershipOpen()) {
            return new Route.MasterHere(reason);
        }
        if (c.master().isEmpty()) {
            return new Route.NoMaster("no master has been elected", reason);
        }
        if (c.master().equals(c.self().name())) {
            return new Route.NoMaster(
                    "this node is assigned and not open: " + c.self().state(), reason);
        }
        NodeStatus master = c.peers().get(c.master());
        if (master == null || master.state() != NodeState.MASTER) {
            return new Route.NoMaster("master " + c.master() + " is not ready", reason);
        }
        return new Route.MasterAt(master, reason);
    }

    /** With few clients most replicas have nothing to do at any moment; among equals it is the turn that decides, or the first would get everything. */
    private static @Nullable NodeStatus leastBusy(ClusterPicture c, ReadNeed need, int warmest) {
        int least = Integer.MAX_VALUE;
        int equals = 0;
        for (NodeStatus n : c.peers().values()) {
            if (takes(c, n, need, warmest)) {
                int busy = busy(c, n);
                equals = busy < least ? 1 : busy == least ? equals + 1 : equals;
                least = Math.min(least, busy);
            }
        }
        if (equals == 0) {
            return null;
        }
        // A session that stays where it is need not ask what it has seen there.
        NodeStatus last = c.peers().get(need.lastNode());
        if (last != null && takes(c, last, need, warmest) && busy(c, last) <= STAYS_BUSIER * (least + 1)) {
            return last;
        }
        int skip = Math.floorMod(c.turn(), equals);
        for (NodeStatus n : c.peers().values()) {
            if (takes(c, n, need, warmest) && busy(c, n) <= least && skip-- <= 0) {
                return n;
            }
        }
        return null;
    }

    /** Of those that could serve it, the share of the one with the greatest. */
    private static int warmest(ClusterPicture c, ReadNeed need) {
        int warmest = serves(c.self(), need) ? c.self().readShare() : 0;
        for (NodeStatus n : c.peers().values()) {
            if (n.readShare() > warmest && serves(n, need)) {
                warmest = n.readShare();
            }
        }
        return warmest;
    }

    private static boolean takes(ClusterPicture c, NodeStatus n, ReadNeed need, int warmest) {
        boolean cold = 2 * n.readShare() < warmest;
        return serves(n, need) && (!cold || Math.floorMod(c.turn() >> TURN_BITS, 100) < n.readShare());
    }

    private static boolean serves(@Nullable NodeStatus n, ReadNeed need) {
        return n != null && n.state() == NodeState.REPLICA && n.appliedIndex() >= need.on(n.name());
    }

    private static boolean anyReplica(ClusterPicture c) {
        return c.self().state() == NodeState.REPLICA
                || c.peers().values().stream().anyMatch(n -> n.state() == NodeState.REPLICA);
    }

    private static int busy(ClusterPicture c, NodeStatus n) {
        Number outstanding = c.outstanding().get(n.name());
        return outstanding == null ? 0 : outstanding.intValue();
    }
}

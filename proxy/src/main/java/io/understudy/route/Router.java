package io.understudy.route;

import io.understudy.route.Route.Reason;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import org.jspecify.annotations.Nullable;

/** The routing rules. Pure. */
public final class Router {
    private Router() {}

    /**
     * Where a read goes: this node if it is a caught-up replica, else the least busy caught-up replica; else, after a short wait, the master.
     *
     * @param waited whether the wait for a replica is over
     */
    public static Route read(ClusterPicture c, ReadNeed need, boolean waited, Reason reason) {
        if (serves(c.self(), need)) {
            return new Route.Replica(c.self(), reason);
        }
        NodeStatus best = leastBusy(c, need);
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
    private static @Nullable NodeStatus leastBusy(ClusterPicture c, ReadNeed need) {
        int least = Integer.MAX_VALUE;
        int equals = 0;
        for (NodeStatus n : c.peers().values()) {
            if (serves(n, need)) {
                int busy = busy(c, n);
                equals = busy < least ? 1 : busy == least ? equals + 1 : equals;
                least = Math.min(least, busy);
            }
        }
        int skip = equals == 0 ? 0 : Math.floorMod(c.turn(), equals);
        for (NodeStatus n : c.peers().values()) {
            if (serves(n, need) && busy(c, n) <= least && skip-- <= 0) {
                return n;
            }
        }
        return null;
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

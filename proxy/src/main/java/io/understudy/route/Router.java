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
     * Where a read goes: this node if it is a caught-up replica, else the least busy caught-up replica for its weight, of this node's zone if that is about as good; else, after a short wait, the
     * master. A replica that is much colder than others, or has less weight, takes only its share. Nodes that are not there for reads, or whose server is not
     * reached, take none.
     *
     * @param waited whether the wait for a replica is over
     */
    public static Route read(ClusterPicture c, ReadNeed need, boolean waited, Reason reason) {
        int warmest = warmest(c, need);
        if (takes(c, c.self(), need, warmest) && wanted(c, need)) {
            return new Route.Replica(c.self(), reason);
        }
        NodeStatus best = leastBusy(c, need, warmest);
        if (best != null) {
            return new Route.Replica(best, reason);
        }
        if (serves(c, c.self(), need)) {
            return new Route.Replica(c.self(), reason);
        }
        if (!waited && anyReplica(c)) {
            return new Route.WaitForReplica(reason);
        }
        if (c.mastershipOpen()) {
            return new Route.MasterReadOnly(Reason.NO_REPLICA_CAUGHT_UP);
        }
        return write(c, Reason.NO_REPLICA_CAUGHT_UP);
    }

    /** A read that is meant for one node: there, or it has to wait for it. Whoever names a node means it, unless that is drained. */
    public static Route readOn(ClusterPicture c, NodeStatus n, ReadNeed need) {
        if (n.state() == NodeState.REPLICA && !n.duties().drained() && n.appliedIndex() >= need.on(n.name())) {
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

    /** Of this node's own reads, whether the next one is among those that its weight gives it. */
    private static boolean wanted(ClusterPicture c, ReadNeed need) {
        int own = c.self().duties().weight();
        int heaviest = own;
        for (NodeStatus n : c.peers().values()) {
            if (n.duties().weight() > heaviest && serves(c, n, need) && near(c, n)) {
                heaviest = n.duties().weight();
            }
        }
        return own == heaviest || Math.floorMod(c.turn() >> TURN_BITS, heaviest) < own;
    }

    /** With few clients most replicas have nothing to do at any moment; among equals it is the turn that decides, by weight, or the first would get everything. */
    private static @Nullable NodeStatus leastBusy(ClusterPicture c, ReadNeed need, int warmest) {
        double least = Double.MAX_VALUE;
        double leastNear = Double.MAX_VALUE;
        NodeStatus best = null;
        for (NodeStatus n : c.peers().values()) {
            if (takes(c, n, need, warmest)) {
                double busy = busy(c, n);
                best = best == null || busy < least ? n : best;
                least = Math.min(least, busy);
                leastNear = near(c, n) ? Math.min(leastNear, busy) : leastNear;
            }
        }
        if (best == null) {
            return null;
        }
        boolean nearOnly = aboutAsGood(leastNear, least);
        least = nearOnly ? leastNear : least;
        // A session that stays where it is need not ask what it has seen there.
        NodeStatus last = c.peers().get(need.lastNode());
        if (last != null
                && takes(c, last, need, warmest)
                && (!nearOnly || near(c, last))
                && aboutAsGood(busy(c, last), least)) {
            return last;
        }
        int weights = 0;
        for (NodeStatus n : c.peers().values()) {
            weights +=
                    isEqual(c, n, need, warmest, nearOnly, least) ? n.duties().weight() : 0;
        }
        if (weights == 0) {
            // Others have begun to read there since it was looked at.
            return best;
        }
        int skip = Math.floorMod(c.turn(), weights);
        for (NodeStatus n : c.peers().values()) {
            if (isEqual(c, n, need, warmest, nearOnly, least)) {
                skip -= n.duties().weight();
                if (skip < 0) {
                    return n;
                }
            }
        }
        return best;
    }

    private static boolean isEqual(
            ClusterPicture c, NodeStatus n, ReadNeed need, int warmest, boolean nearOnly, double least) {
        return takes(c, n, need, warmest) && (!nearOnly || near(c, n)) && busy(c, n) <= least;
    }

    private static boolean aboutAsGood(double busy, double least) {
        return busy <= STAYS_BUSIER * (least + 1);
    }

    private static boolean near(ClusterPicture c, NodeStatus n) {
        return n.duties().zone().equals(c.self().duties().zone());
    }

    /** Of those that could serve it, the share of the one with the greatest. */
    private static int warmest(ClusterPicture c, ReadNeed need) {
        int warmest = serves(c, c.self(), need) ? share(c, c.self()) : 0;
        for (NodeStatus n : c.peers().values()) {
            if (share(c, n) > warmest && serves(c, n, need)) {
                warmest = share(c, n);
            }
        }
        return warmest;
    }

    private static boolean takes(ClusterPicture c, NodeStatus n, ReadNeed need, int warmest) {
        int share = share(c, n);
        boolean cold = 2 * share < warmest;
        return serves(c, n, need) && (!cold || Math.floorMod(c.turn() >> TURN_BITS, 100) < share);
    }

    private static int share(ClusterPicture c, NodeStatus n) {
        return n == c.self()
                ? n.readShare()
                : Math.min(n.readShare(), c.reached().getOrDefault(n.name(), 100));
    }

    private static boolean serves(ClusterPicture c, NodeStatus n, ReadNeed need) {
        return isForReads(c, n) && n.appliedIndex() >= need.on(n.name());
    }

    private static boolean isForReads(ClusterPicture c, NodeStatus n) {
        boolean itsDuty = n == c.self() ? n.duties().readByItsOwn() : n.duties().readByOthers();
        return n.state() == NodeState.REPLICA && itsDuty && share(c, n) > 0;
    }

    private static boolean anyReplica(ClusterPicture c) {
        return isForReads(c, c.self()) || c.peers().values().stream().anyMatch(n -> isForReads(c, n));
    }

    /** For its weight. */
    private static double busy(ClusterPicture c, NodeStatus n) {
        Number outstanding = c.outstanding().get(n.name());
        return outstanding == null ? 0 : outstanding.doubleValue() / n.duties().weight();
    }
}

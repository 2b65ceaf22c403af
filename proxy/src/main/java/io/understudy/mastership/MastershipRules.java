package io.understudy.mastership;

import io.understudy.topology.Duties.Candidacy;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The rules by which mastership is assigned, opened and closed. Pure. */
public final class MastershipRules {
    /** A PostgreSQL that restarts at once keeps its mastership; one that does not loses it. */
    static final Duration SERVER_GRACE = Duration.ofMillis(300);

    /** A master in view that says nothing good of itself. */
    static final Duration MASTER_GRACE = Duration.ofMillis(500);

    private MastershipRules() {}

    public static Decision decide(Observation o) {
        if (o.openEpoch() > 0) {
            if (o.openEpoch() != o.assigned().epoch() || !o.isMine()) {
                return new Decision.Close(
                        "the mastership went to " + o.assigned().node());
            }
            if (!o.healthy()) {
                return new Decision.Close("this node's PostgreSQL does not answer");
            }
        }
        if (mayOpen(o)) {
            return new Decision.Open(o.assigned().epoch());
        }
        if (!o.judgedToTheEnd() || o.switchingOver()) {
            return new Decision.Nothing();
        }
        if (mustBeginAnew(o)) {
            return assignSelf(o, "its PostgreSQL is back");
        }
        if (o.openEpoch() > 0 && o.leadership().majority() && o.duties().candidacy() != Candidacy.ALWAYS) {
            return best(o, Candidacy.ALWAYS)
                    .<Decision>map(n -> new Decision.HandOver(n.name()))
                    .orElse(new Decision.Nothing());
        }
        return o.leads() ? lead(o) : new Decision.Nothing();
    }

    /** A master that was closed and could be open again says so itself, whoever leads: to others it looks as if it were about to open. */
    private static boolean mustBeginAnew(Observation o) {
        return o.isMine()
                && o.openEpoch() == 0
                && o.assigned().epoch() <= o.lastOpenedEpoch()
                && o.healthy()
                && o.leadership().majority();
    }

    /** Once closed, an epoch is not opened again: transactions of before may still arrive in the log. */
    private static boolean mayOpen(Observation o) {
        return o.openEpoch() == 0
                && o.isMine()
                && o.healthy()
                && o.assigned().epoch() > o.lastOpenedEpoch()
                && o.assignmentApplied() == o.assigned().epoch();
    }

    private static Decision lead(Observation o) {
        if (o.isMine()) {
            if (o.openEpoch() > 0) {
                return new Decision.Nothing();
            }
            return !o.healthy() && o.unhealthyFor().compareTo(SERVER_GRACE) >= 0
                    ? assignBest(o, "PostgreSQL of " + o.self() + " does not answer")
                    : new Decision.Nothing();
        }
        String reason = whyMasterIsUnable(o);
        if (reason.isEmpty()) {
            return new Decision.TransferLeadership(o.assigned().node());
        }
        return assignBest(o, reason);
    }

    private static String whyMasterIsUnable(Observation o) {
        if (o.assigned().epoch() == 0) {
            return "there was no master";
        }
        if (o.assigned().node().equals(o.self())) {
            return "the proxy of " + o.self() + " was restarted";
        }
        NodeStatus master = o.peers().get(o.assigned().node());
        if (master == null) {
            return o.assigned().node() + " left the membership view";
        }
        if (!master.process().equals(o.assigned().process())) {
            return "the proxy of " + master.name() + " was restarted";
        }
        boolean able = master.state() == NodeState.MASTER
                || master.state() == NodeState.OPENING
                || master.state() == NodeState.REPLICA;
        return able || o.masterMissingFor().compareTo(MASTER_GRACE) < 0 ? "" : master.name() + " is " + master.state();
    }

    private static Decision assignSelf(Observation o, String reason) {
        return new Decision.Assign(o.self(), o.process(), o.assigned().epoch() + 1, reason);
    }

    /** Who leads takes it itself, for that is quickest; who is not meant to be master only where nobody else can be. */
    private static Decision assignBest(Observation o, String reason) {
        for (Candidacy wanted : List.of(Candidacy.ALWAYS, Candidacy.LAST)) {
            if (o.healthy() && o.duties().candidacy() == wanted) {
                return assignSelf(o, reason);
            }
            Optional<NodeStatus> best = best(o, wanted);
            if (best.isPresent()) {
                NodeStatus n = best.get();
                return new Decision.Assign(n.name(), n.process(), o.assigned().epoch() + 1, reason);
            }
        }
        return new Decision.Nothing();
    }

    private static Optional<NodeStatus> best(Observation o, Candidacy wanted) {
        return o.peers().values().stream()
                .filter(n -> n.state() == NodeState.REPLICA && n.duties().candidacy() == wanted)
                .max(Comparator.comparingLong(NodeStatus::appliedIndex).thenComparing(NodeStatus::name));
    }
}

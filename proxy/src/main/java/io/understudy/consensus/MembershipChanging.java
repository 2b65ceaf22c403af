package io.understudy.consensus;

import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.state.FollowerState;
import io.microraft.impl.state.LeaderState;
import io.microraft.impl.task.ReplicateTask;
import io.microraft.impl.util.OrderedFuture;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.LoggedMember;
import java.util.Optional;

/**
 * Changes who belongs to the cluster, by one node at a time, as a leader: the single-server change of Raft. MicroRaft makes sure that the change before is committed, and an entry of this leader's term.
 * Not MicroRaft's own order: that knows neither addresses nor lives, and refuses names that were there at first. All on the engine's thread.
 */
final class MembershipChanging {
    private final RaftNodeImpl node;
    private final DurableState state;
    private final RaftTime time;
    private final EngineLimits limits;

    MembershipChanging(RaftNodeImpl node, DurableState state, RaftTime time, EngineLimits limits) {
        this.node = node;
        this.state = state;
        this.time = time;
        this.limits = limits;
    }

    /** Does nothing if this node does not lead, or it cannot be done now. */
    void change(MembershipChange change) {
        LeaderState leading = node.state().leaderState();
        // Whom leadership is being handed to must not be removed: MicroRaft would try for ever, and take no proposals.
        boolean handingOver = node.state().leadershipTransferState() != null;
        if (leading == null || handingOver || !isPossible(leading, change)) {
            return;
        }
        Optional<Membership> next = change.on(state.membership());
        if (next.isPresent() && hasMajority(leading, next.get())) {
            byte[] entry = EntryCodec.encode(new Entry.MembersChanged(next.get().members(), change.reason()));
            new ReplicateTask(node, new MembershipPayload(entry), new OrderedFuture<>()).run();
        }
    }

    private boolean isPossible(LeaderState leading, MembershipChange change) {
        return switch (change) {
            case MembershipChange.Add add -> true;
            case MembershipChange.Promote promote -> {
                FollowerState follower = leading.getFollowerStateOrNull(promote.node());
                yield follower != null
                        && follower.matchIndex() + limits.batchEntries()
                                >= node.state().commitIndex();
            }
            // It would go on leading a cluster that it does not belong to: somebody else has to lead first.
            case MembershipChange.Remove remove -> !remove.node().equals(state.self());
        };
    }

    /** Those that are heard must be able to commit the change, and what comes after it. */
    private boolean hasMajority(LeaderState leading, Membership next) {
        long heard = next.members().stream()
                .filter(LoggedMember::votes)
                .filter(m -> isHeard(leading, new Member(m.name(), m.life())))
                .count();
        return heard > next.voters().size() / 2;
    }

    private boolean isHeard(LeaderState leading, Member member) {
        FollowerState follower = leading.getFollowerStateOrNull(member);
        return member.equals(state.self())
                || follower != null && time.millis() - follower.responseTimestamp() <= RaftEngine.HEARD_LATELY_MILLIS;
    }
}

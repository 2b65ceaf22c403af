package io.understudy.consensus;

import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import java.util.Collection;

/** An entry that says who belongs to the cluster. MicroRaft goes by it from when it is appended; its members stay in memory when its bytes are dropped. */
final class MembershipPayload extends Payload implements UpdateRaftGroupMembersOp {
    private final Membership membership;

    MembershipPayload(byte[] entry) {
        super(entry);
        this.membership = Membership.of(0, entry);
    }

    @Override
    public Collection<RaftEndpoint> getMembers() {
        return membership.endpoints();
    }

    @Override
    public Collection<RaftEndpoint> getVotingMembers() {
        return membership.votingEndpoints();
    }

    /** Nobody: MicroRaft asks only in order to end a node that removes itself, which none does. */
    @Override
    public RaftEndpoint getEndpoint() {
        return new Member("");
    }

    @Override
    public MembershipChangeMode getMode() {
        return MembershipChangeMode.ADD_OR_PROMOTE_TO_FOLLOWER;
    }
}

package io.understudy.consensus;

import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotEntry;
import io.microraft.persistence.RestoredRaftState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What MicroRaft is told when a node starts. Its "snapshot" is put some way below the commit index, so that committed entries follow it: with
 * nothing but uncommitted ones behind a snapshot it can never agree with a new leader. Who belongs to the cluster is told as of the commit index, and what is known to be committed holds no change of it
 * for MicroRaft: it would carry it out a second time.
 */
final class Restored {
    private Restored() {}

    static RestoredRaftState from(DurableState state, EngineLimits limits) {
        EntryStore entries = state.entries();
        VoteFile.Vote vote = state.vote();
        entries.committed(entries.changes().beforeLast());
        long committed = entries.committedIndex();
        Membership membership = state.membership(committed);
        RaftGroupMembersView view = RaftMessages.FACTORY
                .createRaftGroupMembersViewBuilder()
                .setLogIndex(0)
                .setMembers(membership.endpoints())
                .setVotingMembers(membership.votingEndpoints())
                .build();
        long snapshot = Math.max(entries.base().index(), snapshotIndex(committed, entries.lastIndex(), limits));
        try {
            return new RestoredRaftState(
                    RaftMessages.FACTORY
                            .createRaftEndpointPersistentStateBuilder()
                            .setLocalEndpoint(state.self())
                            .setVoting(membership.votes(state.self()))
                            .build(),
                    view,
                    RaftMessages.FACTORY
                            .createRaftTermPersistentStateBuilder()
                            .setTerm(vote.term())
                            .setVotedFor(vote.votedFor().isEmpty() ? null : Member.of(vote.votedFor()))
                            .build(),
                    pointer(entries, snapshot, view),
                    after(entries, snapshot, committed));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Some way below the commit index, but with room for what a leader may have pending behind our last entry, or its log could never be completed
     * here. And not within the last entries before a multiple of the snapshot interval: at the next snapshot MicroRaft keeps a fixed number of entries
     * before it, and would count on some it was never given.
     */
    private static long snapshotIndex(long committed, long last, EngineLimits limits) {
        int interval = limits.entriesInMemory();
        int kept = limits.keptEntries();
        long roomFrom = last + limits.raftPendingEntries() + kept - limits.capacity();
        long index = Math.min(committed, Math.max(0, Math.max(committed - kept, roomFrom)));
        return index - Math.max(0, index % interval - (interval - kept));
    }

    private static @Nullable SnapshotEntry pointer(EntryStore entries, long index, RaftGroupMembersView view)
            throws IOException {
        if (index == 0) {
            return null;
        }
        int term = entries.term(index);
        return RaftMessages.FACTORY
                .createSnapshotEntryBuilder()
                .setIndex(index)
                .setTerm(term)
                .setGroupMembersView(view)
                .setSnapshotChunks(List.of(RaftMessages.FACTORY
                        .createSnapshotChunkBuilder()
                        .setIndex(index)
                        .setTerm(term)
                        .setOperation(CommitTracker.POINTER)
                        .setSnapshotChunkIndex(0)
                        .setSnapshotChunkCount(1)
                        .setGroupMembersView(view)
                        .build()))
                .build();
    }

    private static List<LogEntry> after(EntryStore entries, long index, long committed) throws IOException {
        List<LogEntry> list = new ArrayList<>();
        for (long i = index + 1; i <= entries.lastIndex(); i++) {
            boolean changing = i > committed && entries.changes().isAt(i);
            Payload payload = changing ? new MembershipPayload(entries.read(i)) : Payload.onDisk(entries.length(i));
            list.add(RaftMessages.entry(i, entries.term(i), payload));
        }
        return list;
    }
}

package io.understudy.consensus;

import io.microraft.RaftEndpoint;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import io.microraft.persistence.RaftStore;
import io.understudy.log.LogBase;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * MicroRaft's store: the log and the vote. What MicroRaft calls a snapshot is only a pointer into our log, which is cut by our own rules, so nothing is stored for
 * it. The first failure of the disk is final: it is reported, and from then on every operation fails, so that nothing can be acknowledged any more.
 */
final class DurableState implements RaftStore, Closeable {
    private final EntryStore entries;
    private final VoteFile votes;
    private final Membership founding;
    private final Consumer<IOException> onFailure;
    private volatile boolean failed;

    private DurableState(EntryStore entries, VoteFile votes, Membership founding, Consumer<IOException> onFailure) {
        this.entries = entries;
        this.votes = votes;
        this.founding = founding;
        this.onFailure = onFailure;
    }

    /**
     * Opens what is in {@code disk}, or begins there if it is empty.
     *
     * @throws CorruptLogException if something is damaged or missing, or belongs to another node or another group
     */
    static DurableState open(Disk disk, Founding settings, StoreLimits limits, Consumer<IOException> onFailure)
            throws IOException {
        boolean voted = VoteFile.existsIn(disk);
        if (voted && !EntryStore.existsIn(disk)) {
            throw new CorruptLogException(
                    disk, "vote", 0, "there is a vote but no log: a node that lost its log must not vote again");
        }
        EntryStore entries = new EntryStore(disk, limits.segmentBytes(), limits.cacheBytes());
        if (!voted && entries.lastIndex() > 0) {
            throw new CorruptLogException(
                    disk, "vote", 0, "there is a log but no vote: a node that lost its vote must not vote again");
        }
        VoteFile votes =
                voted ? VoteFile.read(disk) : VoteFile.create(disk, settings.node(), settings.life(), settings.names());
        VoteFile.Vote vote = votes.vote();
        entries.changes().countAfter(vote.since());
        // Once the log says who belongs to the cluster, the settings may lag behind it.
        boolean settled = vote.members().isEmpty()
                || entries.changes().at(entries.lastIndex()).isPresent();
        if (!vote.node().equals(settings.node()) || !settled && !vote.members().equals(settings.names())) {
            throw new CorruptLogException(
                    disk,
                    "vote",
                    0,
                    "it belongs to node " + vote.node() + " of " + vote.members() + ", not to " + settings.node()
                            + " of " + settings.names());
        }
        if (vote.term() < entries.lastTerm()) {
            throw new CorruptLogException(
                    disk, "vote", 0, "term " + vote.term() + " is older than the log's " + entries.lastTerm());
        }
        return new DurableState(entries, votes, settings.membership(vote), onFailure);
    }

    EntryStore entries() {
        return entries;
    }

    VoteFile.Vote vote() {
        return votes.vote();
    }

    /** This node. */
    Member self() {
        return new Member(votes.vote().node(), votes.vote().life());
    }

    /** Who belongs to the cluster at that entry. */
    Membership membership(long index) {
        return entries.changes().at(index).orElse(founding);
    }

    /** Who belongs to the cluster by all that is in the log, committed or not: what majorities are counted by. */
    Membership membership() {
        return membership(entries.lastIndex());
    }

    @Override
    public void persistAndFlushLocalEndpoint(RaftEndpointPersistentState state) {}

    @Override
    public void persistAndFlushInitialGroupMembers(RaftGroupMembersView members) {}

    @Override
    public void persistAndFlushTerm(RaftTermPersistentState state) throws IOException {
        RaftEndpoint votedFor = state.getVotedFor();
        run(() -> votes.vote(state.getTerm(), votedFor == null ? "" : ((Member) votedFor).text()));
    }

    @Override
    public void persistLogEntries(List<LogEntry> logEntries) throws IOException {
        run(() -> {
            for (LogEntry entry : logEntries) {
                entries.append(entry.getIndex(), entry.getTerm(), (Payload) entry.getOperation());
            }
        });
    }

    @Override
    public void truncateLogEntriesFrom(long index) throws IOException {
        run(() -> entries.truncateFrom(index));
    }

    @Override
    public void flush() throws IOException {
        run(entries::flush);
    }

    @Override
    public void persistSnapshotChunk(SnapshotChunk chunk) {}

    @Override
    public void truncateLogEntriesUntil(long index) {}

    @Override
    public void deleteSnapshotChunks(long index, int count) {}

    /** See {@link EntryStore#forget}. */
    void forget(long index) throws IOException {
        run(() -> entries.forget(index));
    }

    /** See {@link EntryStore#restart}. Nothing can be done with this store any more after it: what was in memory of its log holds no longer. */
    void restart(LogBase received) throws IOException {
        run(() -> entries.restart(received));
        failed = true;
    }

    /** The bytes of an entry of MicroRaft's log, from memory or disk. */
    byte[] bytes(LogEntry entry) throws IOException {
        byte[] bytes = ((Payload) entry.getOperation()).bytes();
        return bytes != null ? bytes : entries.read(entry.getIndex());
    }

    /** Reports a failure found while reading. */
    void fail(IOException e) {
        if (!failed) {
            failed = true;
            onFailure.accept(e);
        }
    }

    boolean failed() {
        return failed;
    }

    private interface Step {
        void run() throws IOException;
    }

    private void run(Step step) throws IOException {
        if (failed) {
            throw new IOException("the store failed before");
        }
        try {
            step.run();
        } catch (IOException e) {
            fail(e);
            throw e;
        } catch (RuntimeException e) {
            fail(new IOException("the store was used wrongly", e));
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        entries.close();
    }
}

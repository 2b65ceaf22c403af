package io.understudy.consensus;

import io.microraft.RaftEndpoint;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.state.FollowerState;
import io.microraft.impl.state.LeaderState;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.InstallSnapshotRequest;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.VoteRequest;
import io.microraft.model.message.VoteResponse;
import io.microraft.transport.Transport;
import io.understudy.log.BinaryWriter;
import io.understudy.log.LogBase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What MicroRaft sends, and where it needs correcting:
 *
 * <ul>
 *   <li>Nothing is acknowledged before it is forced to disk, whatever path led there.
 *   <li>A follower that cannot place a request says how far it is surely right: up to its commit index, which every later leader's log contains. MicroRaft would
 *       go back one entry per round trip, and in some states for ever.
 *   <li>Instead of a snapshot a leader sends entries from its segments, or what stands for those it has no more.
 *   <li>Who has no vote does not stand for election. MicroRaft would, counting its own vote.
 *   <li>Requests are cut to a number of bytes; the rest follows after the answer.
 * </ul>
 */
final class Outbox implements Transport {
    static final int RAFT = 0;
    static final int PROPOSAL = 1;
    static final int BASE = 5;
    static final int READ_INDEX = 6;
    static final int READ_INDEX_IS = 7;
    /** As {@link #RAFT}, for a node that the cluster was not formed of: which life of it is meant comes first. */
    static final int RAFT_TO_LIFE = 8;

    static final int CHANGE = 9;
    static final int REMOVED = 10;

    private final Member self;
    private int stoodInTerm;
    private final DurableState state;
    private final CommitTracker commits;
    private final Wire wire;
    private final RaftEngine.Observer observer;
    private final EngineLimits limits;
    private @Nullable RaftNodeImpl node;

    Outbox(DurableState state, CommitTracker commits, Wire wire, RaftEngine.Observer observer, EngineLimits limits) {
        this.self = state.self();
        this.state = state;
        this.commits = commits;
        this.wire = wire;
        this.observer = observer;
        this.limits = limits;
    }

    void attach(RaftNodeImpl raftNode) {
        this.node = raftNode;
    }

    static byte[] proposal(byte[] entry) {
        byte[] message = new byte[entry.length + 1];
        message[0] = PROPOSAL;
        System.arraycopy(entry, 0, message, 1, entry.length);
        return message;
    }

    @Override
    public boolean isReachable(RaftEndpoint endpoint) {
        return true;
    }

    @Override
    public void send(RaftEndpoint target, RaftMessage message) {
        try {
            RaftMessage corrected = switch (message) {
                case AppendEntriesRequest append -> cut(append);
                case InstallSnapshotRequest snapshot -> fromSegments(target, snapshot);
                case AppendEntriesSuccessResponse success -> acknowledge(target, success);
                case AppendEntriesFailureResponse failure -> placed(target, failure);
                default -> message;
            };
            if (corrected == null || state.failed()) {
                return;
            }
            boolean stands = corrected instanceof VoteRequest || corrected instanceof PreVoteRequest;
            if (stands && !state.membership().votes(self)) {
                return;
            }
            if (corrected instanceof VoteRequest own && own.getTerm() > stoodInTerm) {
                // who stands for election votes for itself
                stoodInTerm = own.getTerm();
                observer.voted(own.getTerm(), self.name());
            }
            if (corrected instanceof VoteResponse vote && vote.isGranted()) {
                observer.voted(vote.getTerm(), ((Member) target).name());
            }
            BinaryWriter out = new BinaryWriter(expectedSize(corrected));
            address(out, (Member) target);
            RaftMessages.write(out, corrected, state::bytes);
            wire.send(((Member) target).name(), out.toBytes());
        } catch (IOException e) {
            state.fail(e);
        }
    }

    private static void address(BinaryWriter out, Member target) {
        if (target.life().isEmpty()) {
            out.u8(RAFT);
        } else {
            out.u8(RAFT_TO_LIFE);
            out.text(target.life());
        }
    }

    private AppendEntriesRequest cut(AppendEntriesRequest request) {
        List<LogEntry> entries = request.getLogEntries();
        long bytes = 0;
        for (int i = 0; i < entries.size(); i++) {
            bytes += ((Payload) entries.get(i).getOperation()).length();
            if (bytes > limits.batchBytes() && i > 0) {
                return with(request, entries.subList(0, i));
            }
        }
        return request;
    }

    private static AppendEntriesRequest with(AppendEntriesRequest request, List<LogEntry> entries) {
        return RaftMessages.append(
                request.getSender(),
                request.getTerm(),
                request.getPreviousLogTerm(),
                request.getPreviousLogIndex(),
                request.getCommitIndex(),
                request.getQuerySequenceNumber(),
                request.getFlowControlSequenceNumber(),
                entries);
    }

    private @Nullable RaftMessage fromSegments(RaftEndpoint target, InstallSnapshotRequest request) throws IOException {
        if (node == null) {
            return null;
        }
        LeaderState leader = node.state().leaderState();
        FollowerState follower = leader == null ? null : leader.getFollowerStateOrNull(target);
        if (follower == null) {
            return null;
        }
        EntryStore log = state.entries();
        long previous = follower.nextIndex() - 1;
        if (previous < log.base().index()) {
            wire.send(((Member) target).name(), base(request.getTerm(), log.base()));
            return null;
        }
        boolean placed = previous == 0 || follower.matchIndex() > 0;
        List<LogEntry> entries = new ArrayList<>();
        long bytes = 0;
        for (long i = previous + 1; placed && i <= request.getSnapshotIndex(); i++) {
            bytes += log.length(i);
            if (!entries.isEmpty() && (bytes > limits.batchBytes() || entries.size() >= limits.batchEntries())) {
                break;
            }
            entries.add(RaftMessages.entry(i, log.term(i), new Payload(log.read(i))));
        }
        return RaftMessages.append(
                self,
                request.getTerm(),
                log.term(previous),
                previous,
                node.state().commitIndex(),
                request.getQuerySequenceNumber(),
                request.getFlowControlSequenceNumber(),
                entries);
    }

    private byte[] base(int term, LogBase base) {
        byte[] encoded = BaseFile.encode(base);
        BinaryWriter out = new BinaryWriter(encoded.length + 64);
        out.u8(BASE);
        out.text(self.text());
        out.int32(term);
        out.raw(encoded);
        return out.toBytes();
    }

    /** Tells the leader that this node's log is the same as its own up to {@code index}. */
    void placed(Member leader, long index) throws IOException {
        if (node != null && isLeader(leader)) {
            state.flush();
            send(leader, success(node.state().term(), index, 0, 0));
        }
    }

    private RaftMessage acknowledge(RaftEndpoint target, AppendEntriesSuccessResponse response) throws IOException {
        state.flush();
        long committed = commits.committed();
        if (response.getLastLogIndex() >= committed || !isLeader(target)) {
            return response;
        }
        return success(
                response.getTerm(),
                committed,
                response.getQuerySequenceNumber(),
                response.getFlowControlSequenceNumber());
    }

    private RaftMessage placed(RaftEndpoint target, AppendEntriesFailureResponse response) throws IOException {
        long committed = commits.committed();
        if (committed == 0 || !isLeader(target)) {
            return response;
        }
        state.flush();
        return success(
                response.getTerm(),
                committed,
                response.getQuerySequenceNumber(),
                response.getFlowControlSequenceNumber());
    }

    /** Whether the target leads the term this node is in; only to that one our commit index says how far we agree. */
    private boolean isLeader(RaftEndpoint target) {
        return node != null && target.equals(node.state().leader());
    }

    private RaftMessage success(int term, long index, long query, long flow) {
        return RaftMessages.FACTORY
                .createAppendEntriesSuccessResponseBuilder()
                .setGroupId(RaftMessages.GROUP)
                .setSender(self)
                .setTerm(term)
                .setLastLogIndex(index)
                .setQuerySequenceNumber(query)
                .setFlowControlSequenceNumber(flow)
                .build();
    }

    private static int expectedSize(RaftMessage message) {
        long size = 128;
        if (message instanceof AppendEntriesRequest append) {
            for (LogEntry entry : append.getLogEntries()) {
                size += ((Payload) entry.getOperation()).length() + 20L;
            }
        }
        return (int) Math.min(size, 1 << 30);
    }
}

package io.understudy.consensus;

import io.microraft.RaftEndpoint;
import io.microraft.RaftNodeStatus;
import io.microraft.RaftRole;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.handler.AppendEntriesFailureResponseHandler;
import io.microraft.impl.handler.AppendEntriesRequestHandler;
import io.microraft.impl.handler.AppendEntriesSuccessResponseHandler;
import io.microraft.impl.log.RaftLog;
import io.microraft.impl.state.FollowerState;
import io.microraft.impl.state.RaftState;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.PreVoteResponse;
import io.microraft.model.message.RaftMessage;
import java.util.List;

/**
 * What comes in for MicroRaft, and where it needs correcting:
 *
 * <ul>
 *   <li>An acknowledgement of an earlier term is dropped. MicroRaft would believe it if this node leads again, although the follower may have had to
 *       truncate what it acknowledged then.
 *   <li>A follower with nothing committed is sent the log from its beginning, not searched for a match entry by entry.
 *   <li>A request that begins in the part of the log MicroRaft has forgotten (all of it committed, so all of it equal) is made to begin behind it.
 *       MicroRaft would refuse it for ever while uncommitted entries follow its snapshot.
 *   <li>A request that covers less than this node knows to be committed (it was sent before, or the leader does not know yet how far this node is) must not
 *       move the commit index back.
 *   <li>A follower that finds a leader while it asks for pre-votes stops asking. MicroRaft forgets to note that, and would not ask again when that leader
 *       is gone.
 *   <li>A refused pre-vote tells the term of the one who refused. MicroRaft does not take it over, so that of two nodes one would be refused for its term and
 *       the other for its log, for ever.
 * </ul>
 *
 * <p>All on the engine's thread.
 */
final class Inbox {
    private final RaftNodeImpl node;

    Inbox(RaftNodeImpl node) {
        this.node = node;
    }

    void handle(RaftMessage message) {
        int term = node.state().term();
        switch (message) {
            case AppendEntriesRequest request -> {
                if (request.getTerm() == term && node.state().preCandidateState() != null) {
                    node.state().toFollower(term);
                }
                AppendEntriesRequest aligned =
                        request.getTerm() < term ? request : withoutRegress(behindSnapshot(request));
                new AppendEntriesRequestHandler(node, aligned).run();
            }
            case AppendEntriesSuccessResponse response -> {
                if (response.getTerm() == term) {
                    new AppendEntriesSuccessResponseHandler(node, response).run();
                }
            }
            case AppendEntriesFailureResponse response -> {
                if (response.getTerm() >= term) {
                    new AppendEntriesFailureResponseHandler(node, fromBeginning(response)).run();
                }
            }
            case PreVoteResponse response -> {
                if (isOutdatedBy(response)) {
                    node.toFollower(response.getTerm());
                    node.runPreVote();
                } else {
                    node.handle(response);
                }
            }
            default -> node.handle(message);
        }
    }

    /**
     * Something that only a leader sends, and that MicroRaft does not know.
     *
     * @return whether it leads, as far as is known here
     */
    boolean heardLeader(RaftEndpoint sender, int term) {
        RaftState state = node.state();
        if (term < state.term()) {
            return false;
        }
        if (term > state.term() || state.role() != RaftRole.FOLLOWER || state.preCandidateState() != null) {
            node.toFollower(term);
        }
        if (!sender.equals(state.leader())) {
            node.leader(sender);
        }
        node.leaderHeartbeatReceived();
        return true;
    }

    /**
     * A refusal for lack of a good enough log names the term that was asked for, one above ours; a higher one is the refuser's own.
     */
    private boolean isOutdatedBy(PreVoteResponse response) {
        RaftState state = node.state();
        return !response.isGranted()
                && response.getTerm() > state.term() + 1
                && state.role() == RaftRole.FOLLOWER
                && state.leader() == null;
    }

    private AppendEntriesRequest behindSnapshot(AppendEntriesRequest request) {
        RaftLog log = node.state().log();
        long snapshot = log.snapshotIndex();
        long previous = request.getPreviousLogIndex();
        long last = log.lastLogOrSnapshotIndex();
        boolean begun =
                previous > snapshot || previous == snapshot && (previous == last || log.containsLogEntry(previous));
        if (snapshot == 0 || begun) {
            return request;
        }
        List<LogEntry> entries = request.getLogEntries().stream()
                .filter(entry -> entry.getIndex() > snapshot)
                .toList();
        if (entries.isEmpty() || entries.getFirst().getIndex() != snapshot + 1) {
            // Only a sign of life: answered with the commit index.
            return RaftMessages.append(
                    request.getSender(),
                    request.getTerm(),
                    0,
                    0,
                    0,
                    request.getQuerySequenceNumber(),
                    request.getFlowControlSequenceNumber(),
                    List.of());
        }
        int equal = 0;
        while (equal < entries.size()
                && snapshot + 1 + equal <= last
                && log.getLogEntry(snapshot + 1 + equal).getTerm()
                        == entries.get(equal).getTerm()) {
            equal++;
        }
        if (equal == 0 && last > snapshot) {
            revert(log.truncateEntriesFrom(snapshot + 1));
        }
        int previousTerm = equal == 0
                ? log.snapshotEntry().getTerm()
                : entries.get(equal - 1).getTerm();
        return RaftMessages.append(
                request.getSender(),
                request.getTerm(),
                previousTerm,
                snapshot + equal,
                request.getCommitIndex(),
                request.getQuerySequenceNumber(),
                request.getFlowControlSequenceNumber(),
                entries.subList(equal, entries.size()));
    }

    /** As MicroRaft does where it truncates: of changes of the group at most one is not committed. */
    private void revert(List<LogEntry> truncated) {
        if (truncated.stream().anyMatch(entry -> entry.getOperation() instanceof MembershipPayload)) {
            node.setStatus(RaftNodeStatus.ACTIVE);
            node.revertGroupMembers();
        }
    }

    private AppendEntriesRequest withoutRegress(AppendEntriesRequest request) {
        long committed = node.state().commitIndex();
        long covered = request.getPreviousLogIndex() + request.getLogEntries().size();
        return request.getCommitIndex() <= committed || covered >= committed
                ? request
                : RaftMessages.append(
                        request.getSender(),
                        request.getTerm(),
                        request.getPreviousLogTerm(),
                        request.getPreviousLogIndex(),
                        committed,
                        request.getQuerySequenceNumber(),
                        request.getFlowControlSequenceNumber(),
                        request.getLogEntries());
    }

    private AppendEntriesFailureResponse fromBeginning(AppendEntriesFailureResponse response) {
        RaftState state = node.state();
        if (state.role() != RaftRole.LEADER || response.getTerm() != state.term()) {
            return response;
        }
        FollowerState follower = state.leaderState().getFollowerStateOrNull(response.getSender());
        if (follower == null
                || follower.matchIndex() > 0
                || follower.nextIndex() <= 2
                || response.getExpectedNextIndex() != follower.nextIndex()) {
            return response;
        }
        // MicroRaft now goes back by one, to the first entry.
        follower.nextIndex(2);
        return RaftMessages.FACTORY
                .createAppendEntriesFailureResponseBuilder()
                .setGroupId(RaftMessages.GROUP)
                .setSender(response.getSender())
                .setTerm(response.getTerm())
                .setExpectedNextIndex(2)
                .setQuerySequenceNumber(response.getQuerySequenceNumber())
                .setFlowControlSequenceNumber(response.getFlowControlSequenceNumber())
                .build();
    }
}

package io.understudy.consensus;

import io.microraft.RaftEndpoint;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.PreVoteResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.TriggerLeaderElectionRequest;
import io.microraft.model.message.VoteRequest;
import io.microraft.model.message.VoteResponse;
import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import io.understudy.log.EntryFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * MicroRaft's messages to bytes and back. Snapshot messages are not among them: {@link RaftEngine} never lets one out. Pure functions.
 */
final class RaftMessages {
    static final DefaultRaftModelFactory FACTORY = new DefaultRaftModelFactory();
    static final String GROUP = "log";

    private static final int APPEND = 0;
    private static final int APPENDED = 1;
    private static final int NOT_APPENDED = 2;
    private static final int VOTE = 3;
    private static final int VOTED = 4;
    private static final int PRE_VOTE = 5;
    private static final int PRE_VOTED = 6;
    private static final int TAKE_OVER = 7;

    /** Finds an entry's bytes. */
    interface Bytes {
        byte[] of(LogEntry entry) throws IOException;
    }

    private RaftMessages() {}

    static void write(BinaryWriter out, RaftMessage message, Bytes bytes) throws IOException {
        switch (message) {
            case AppendEntriesRequest append -> {
                head(out, APPEND, message);
                out.int32(append.getPreviousLogTerm());
                out.unsigned(append.getPreviousLogIndex());
                out.unsigned(append.getCommitIndex());
                out.unsigned(append.getQuerySequenceNumber());
                out.unsigned(append.getFlowControlSequenceNumber());
                out.unsigned(append.getLogEntries().size());
                for (LogEntry entry : append.getLogEntries()) {
                    out.unsigned(entry.getIndex());
                    out.int32(entry.getTerm());
                    out.bytes(bytes.of(entry));
                }
            }
            case AppendEntriesSuccessResponse appended -> {
                head(out, APPENDED, message);
                out.unsigned(appended.getLastLogIndex());
                out.unsigned(appended.getQuerySequenceNumber());
                out.unsigned(appended.getFlowControlSequenceNumber());
            }
            case AppendEntriesFailureResponse failed -> {
                head(out, NOT_APPENDED, message);
                out.unsigned(failed.getExpectedNextIndex());
                out.unsigned(failed.getQuerySequenceNumber());
                out.unsigned(failed.getFlowControlSequenceNumber());
            }
            case VoteRequest vote -> {
                head(out, VOTE, message);
                out.int32(vote.getLastLogTerm());
                out.unsigned(vote.getLastLogIndex());
                out.flag(vote.isSticky());
            }
            case VoteResponse voted -> {
                head(out, VOTED, message);
                out.flag(voted.isGranted());
            }
            case PreVoteRequest vote -> {
                head(out, PRE_VOTE, message);
                out.int32(vote.getLastLogTerm());
                out.unsigned(vote.getLastLogIndex());
            }
            case PreVoteResponse voted -> {
                head(out, PRE_VOTED, message);
                out.flag(voted.isGranted());
            }
            case TriggerLeaderElectionRequest trigger -> {
                head(out, TAKE_OVER, message);
                out.int32(trigger.getLastLogTerm());
                out.unsigned(trigger.getLastLogIndex());
            }
            default -> throw new IllegalArgumentException("no encoding for " + message.getClass());
        }
    }

    private static void head(BinaryWriter out, int kind, RaftMessage message) {
        out.u8(kind);
        out.text(((Member) message.getSender()).text());
        out.int32(message.getTerm());
    }

    /** @throws EntryFormatException if that is not a message */
    static RaftMessage read(BinaryReader in) {
        int kind = in.u8();
        RaftEndpoint sender = Member.of(in.text());
        int term = in.int32();
        RaftMessage message = switch (kind) {
            case APPEND -> append(in, sender, term);
            case APPENDED ->
                FACTORY.createAppendEntriesSuccessResponseBuilder()
                        .setGroupId(GROUP)
                        .setSender(sender)
                        .setTerm(term)
                        .setLastLogIndex(in.unsigned())
                        .setQuerySequenceNumber(in.unsigned())
                        .setFlowControlSequenceNumber(in.unsigned())
                        .build();
            case NOT_APPENDED ->
                FACTORY.createAppendEntriesFailureResponseBuilder()
                        .setGroupId(GROUP)
                        .setSender(sender)
                        .setTerm(term)
                        .setExpectedNextIndex(in.unsigned())
                        .setQuerySequenceNumber(in.unsigned())
                        .setFlowControlSequenceNumber(in.unsigned())
                        .build();
            case VOTE ->
                FACTORY.createVoteRequestBuilder()
                        .setGroupId(GROUP)
                        .setSender(sender)
                        .setTerm(term)
                        .setLastLogTerm(in.int32())
                        .setLastLogIndex(in.unsigned())
                        .setSticky(in.flag())
                        .build();
            case VOTED ->
                FACTORY.createVoteResponseBuilder()
                        .setGroupId(GROUP)
                        .setSender(sender)
                        .setTerm(term)
                        .setGranted(in.flag())
                        .build();
            case PRE_VOTE ->
                FACTORY.createPreVoteRequestBuilder()
                        .setGroupId(GROUP)
                        .setSender(sender)
                        .setTerm(term)
                        .setLastLogTerm(in.int32())
                        .setLastLogIndex(in.unsigned())
                        .build();
            case PRE_VOTED ->
                FACTORY.createPreVoteResponseBuilder()
                        .setGroupId(GROUP)
                        .setSender(sender)
                        .setTerm(term)
                        .setGranted(in.flag())
                        .build();
            case TAKE_OVER ->
                FACTORY.createTriggerLeaderElectionRequestBuilder()
                        .setGroupId(GROUP)
                        .setSender(sender)
                        .setTerm(term)
                        .setLastLogTerm(in.int32())
                        .setLastLogIndex(in.unsigned())
                        .build();
            default -> throw new EntryFormatException("consensus message " + kind);
        };
        in.expectEnd();
        return message;
    }

    private static RaftMessage append(BinaryReader in, RaftEndpoint sender, int term) {
        int previousTerm = in.int32();
        long previousIndex = in.unsigned();
        long commitIndex = in.unsigned();
        long query = in.unsigned();
        long flow = in.unsigned();
        int count = in.count();
        List<LogEntry> entries = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            entries.add(entry(in.unsigned(), in.int32(), Payload.of(in.bytes())));
        }
        return append(sender, term, previousTerm, previousIndex, commitIndex, query, flow, entries);
    }

    static LogEntry entry(long index, int term, Payload payload) {
        return FACTORY.createLogEntryBuilder()
                .setIndex(index)
                .setTerm(term)
                .setOperation(payload)
                .build();
    }

    static AppendEntriesRequest append(
            RaftEndpoint sender,
            int term,
            int previousTerm,
            long previousIndex,
            long commitIndex,
            long query,
            long flow,
            List<LogEntry> entries) {
        return FACTORY.createAppendEntriesRequestBuilder()
                .setGroupId(GROUP)
                .setSender(sender)
                .setTerm(term)
                .setPreviousLogTerm(previousTerm)
                .setPreviousLogIndex(previousIndex)
                .setCommitIndex(commitIndex)
                .setQuerySequenceNumber(query)
                .setFlowControlSequenceNumber(flow)
                .setLogEntries(entries)
                .build();
    }
}

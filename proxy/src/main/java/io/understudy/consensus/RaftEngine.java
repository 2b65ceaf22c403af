package io.understudy.consensus;

import io.microraft.QueryPolicy;
import io.microraft.RaftConfig;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.RaftRole;
import io.microraft.executor.RaftNodeExecutor;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.state.FollowerState;
import io.microraft.impl.state.LeaderState;
import io.microraft.impl.state.RaftState;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.VoteRequest;
import io.microraft.report.RaftTerm;
import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import io.understudy.log.Cut;
import io.understudy.log.EntryCodec;
import io.understudy.log.LogBase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * MicroRaft's core with everything it needs around it: our store, our messages, our time, and elections that membership views start at once.
 *
 * <h2>Threads</h2>
 * All state belongs to the thread of the given executor, which runs one task at a time. The public-looking methods may be called by any thread.
 */
final class RaftEngine {
    /** Between two nodes' tries after the same view: long enough for the first to win, short enough not to be noticed. */
    private static final Duration STAGGER = Duration.ofMillis(80);

    /** In MicroRaft's time: who missed more than one heartbeat may be gone. */
    static final long HEARD_LATELY_MILLIS = 1_500L * RaftTime.PERIOD_SECONDS;

    /** Longer than a round trip to a majority takes; who asks tries again. */
    private static final Duration READ_INDEX_PATIENCE = Duration.ofMillis(300);

    /** Answers no request that MicroRaft ever numbered. */
    private static final long NO_REQUEST = -1;

    private final String self;
    private final Member me;
    private final EngineLimits limits;
    private final JitteredExecutor executor;
    private final RaftTime time;
    private final Wire wire;
    private final RaftNodeImpl node;
    private final Outbox outbox;
    private final Inbox inbox;
    private final MembershipChanging changing;
    private final CommitTracker commits;
    private final DurableState state;
    private final EntryStore entries;
    private final Observer observer;
    private final AtomicLong inFlightBytes = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final ReadIndexes readIndexes;
    /** As far as those who are none any more were told of it. */
    private Membership toldOf;

    private long views;

    /** Told what happens, on the executor's thread; must not wait. */
    interface Observer {
        void committed(long index);

        /** @param leader empty while there is none */
        void leadership(int term, String leader);

        void voted(int term, String candidate);

        /** Who belongs to the cluster may have changed. */
        void membership();

        /** This node belongs to the cluster no more, as others say who know more. Told more than once. */
        void removed();

        /** This node was so far behind that its log begins anew after {@code index}; this engine has ended, and another one must be made from what is on disk. */
        void restarted(long index);
    }

    RaftEngine(
            EngineLimits limits,
            DurableState state,
            RaftNodeExecutor executor,
            RaftTime time,
            Random random,
            Wire wire,
            Observer observer) {
        this.me = state.self();
        this.self = me.name();
        this.limits = limits;
        this.executor = new JitteredExecutor(executor, random);
        this.time = time;
        this.wire = wire;
        this.state = state;
        this.entries = state.entries();
        this.toldOf = state.membership(entries.committedIndex());
        this.observer = observer;
        this.commits = new CommitTracker(state.entries(), observer, this::tellRemoved);
        this.outbox = new Outbox(state, commits, wire, observer, limits);
        this.node = (RaftNodeImpl) RaftNode.newBuilder()
                .setGroupId(RaftMessages.GROUP)
                .setRestoredState(Restored.from(state, limits))
                .setConfig(RaftConfig.newBuilder()
                        .setLeaderElectionTimeoutMillis(time.raftMillis(limits.electionTimeout()))
                        .setLeaderHeartbeatPeriodSecs(RaftTime.PERIOD_SECONDS)
                        .setLeaderHeartbeatTimeoutSecs(RaftTime.TIMEOUT_SECONDS)
                        .setAppendEntriesRequestBatchSize(limits.batchEntries())
                        .setCommitCountToTakeSnapshot(limits.entriesInMemory())
                        .setMaxPendingLogEntryCount(limits.raftPendingEntries())
                        .setTransferSnapshotsFromFollowersEnabled(false)
                        .build())
                .setExecutor(this.executor)
                .setClock(time)
                .setRandom(random)
                .setStore(state)
                .setTransport(outbox)
                .setStateMachine(commits)
                .setModelFactory(RaftMessages.FACTORY)
                .setRaftNodeReportListener(report -> {
                    RaftEndpoint leader = report.getTerm().getLeaderEndpoint();
                    if (leader != null) {
                        this.executor.settled();
                    }
                    observer.membership();
                    observer.leadership(report.getTerm().getTerm(), leader == null ? "" : ((Member) leader).name());
                })
                .build();
        this.readIndexes = new ReadIndexes(this::askReadIndex, random.nextLong());
        this.inbox = new Inbox(node);
        this.changing = new MembershipChanging(node, state, time, limits);
        outbox.attach(node);
    }

    void start() {
        node.start();
    }

    void stop() {
        node.terminate();
    }

    /** Highest index known here to be committed. */
    long committed() {
        return commits.committed();
    }

    /** Name of the leader this node knows, empty if none. */
    String leader() {
        RaftEndpoint leader = node.getTerm().getLeaderEndpoint();
        return leader == null ? "" : ((Member) leader).name();
    }

    int term() {
        return node.getTerm().getTerm();
    }

    /** The term in which this node leads, as far as it knows; -1 if it does not. */
    long ledTerm() {
        RaftTerm t = node.getTerm();
        RaftEndpoint leader = t.getLeaderEndpoint();
        return leader != null && ((Member) leader).name().equals(self) ? t.getTerm() : -1;
    }

    /** Appends if this node leads, passes on if it knows who does, else forgets. Promises nothing. */
    void propose(byte[] entry) {
        String leader = leader();
        if (leader.isEmpty()) {
            return;
        }
        if (!leader.equals(self)) {
            wire.send(leader, Outbox.proposal(entry));
            return;
        }
        append(entry);
    }

    private void append(byte[] entry) {
        if (EntryCodec.isMembersChanged(entry)) {
            throw new IllegalArgumentException("who belongs to the cluster is not changed by proposals");
        }
        // Not left to MicroRaft's own bound: a new leader that finds it reached could not append its first entry, and
        // would be stuck.
        long uncommitted = entries.lastIndex() - commits.committed();
        long bytes = inFlightBytes.getAndAdd(entry.length);
        int count = inFlight.getAndIncrement();
        boolean fits = uncommitted < limits.pendingEntries()
                && count < limits.pendingEntries()
                && (bytes <= 0 || bytes + entry.length <= limits.inFlightBytes());
        if (fits) {
            node.replicate(new Payload(entry)).whenComplete((done, failure) -> landed(entry));
        } else {
            landed(entry);
        }
    }

    private void landed(byte[] entry) {
        inFlightBytes.addAndGet(-entry.length);
        inFlight.decrementAndGet();
    }

    /** An index that is no lower than that of any entry committed, on whatever node, before this call; fails if there is no leader who can tell. */
    CompletableFuture<Long> readIndex() {
        return readIndexes.ask();
    }

    private void askReadIndex(long number) {
        executor.schedule(
                () -> readIndexes.gaveUp(number), time.raftMillis(READ_INDEX_PATIENCE), TimeUnit.MILLISECONDS);
        String leader = leader();
        if (leader.equals(self)) {
            confirm(index -> readIndexes.answered(number, index));
        } else if (!leader.isEmpty()) {
            BinaryWriter out = new BinaryWriter(64);
            out.u8(Outbox.READ_INDEX);
            out.text(self);
            out.int64(number);
            wire.send(leader, out.toBytes());
        }
    }

    /** Tells the commit index once a majority has confirmed that this node leads; nothing if it does not. */
    private void confirm(LongConsumer told) {
        node.query(new Payload(new byte[0]), QueryPolicy.LINEARIZABLE, Optional.empty(), Optional.empty())
                .whenComplete((confirmed, failure) -> {
                    if (confirmed != null) {
                        told.accept(confirmed.getCommitIndex());
                    }
                });
    }

    private void readIndexAsked(String by, long number) {
        confirm(index -> {
            BinaryWriter out = new BinaryWriter(32);
            out.u8(Outbox.READ_INDEX_IS);
            out.int64(number);
            out.int64(index);
            wire.send(by, out.toBytes());
        });
    }

    /** A message of another node's engine. */
    void receive(byte[] bytes) {
        BinaryReader in = new BinaryReader(bytes);
        int kind = in.u8();
        if (kind == Outbox.PROPOSAL) {
            // Passed on only once: if leadership moved meanwhile, the proposer will try again.
            if (leader().equals(self)) {
                append(in.raw(in.remaining()));
            }
            return;
        }
        if (kind == Outbox.READ_INDEX) {
            readIndexAsked(in.text(), in.int64());
            return;
        }
        if (kind == Outbox.READ_INDEX_IS) {
            readIndexes.answered(in.int64(), in.int64());
            return;
        }
        if (kind == Outbox.BASE) {
            Member sender = Member.of(in.text());
            int term = in.int32();
            byte[] encoded = in.raw(in.remaining());
            LogBase base = BaseFile.decode(encoded, encoded.length);
            executor.execute(() -> begin(sender, term, base));
            return;
        }
        if (kind == Outbox.CHANGE) {
            MembershipChange change = MembershipChange.read(in);
            executor.execute(() -> changing.change(change));
            return;
        }
        if (kind == Outbox.REMOVED) {
            long index = in.unsigned();
            String life = in.text();
            executor.execute(() -> removed(index, life));
            return;
        }
        if (me.life().equals(kind == Outbox.RAFT_TO_LIFE ? in.text() : "")) {
            RaftMessage message = RaftMessages.read(in);
            executor.execute(() -> {
                inbox.handle(message);
                tellIfRemoved(message);
            });
        }
    }

    /** Who has been removed gets no entries any more, so it cannot know. */
    private void tellRemoved() {
        Membership now = state.membership(commits.committed());
        Membership before = toldOf;
        toldOf = now;
        if (ledTerm() >= 0) {
            before.members().stream()
                    .map(m -> new Member(m.name(), m.life()))
                    .filter(m -> !now.contains(m))
                    .forEach(m -> tellRemoved(m, now.index()));
        }
    }

    /** Or whoever it asks for a vote, which it soon does. */
    private void tellIfRemoved(RaftMessage message) {
        Member sender = (Member) message.getSender();
        Membership committed = state.membership(commits.committed());
        boolean stands = message instanceof PreVoteRequest || message instanceof VoteRequest;
        if (stands && committed.index() > 0 && committed.votes(me) && !committed.contains(sender)) {
            tellRemoved(sender, committed.index());
        }
    }

    private void tellRemoved(Member gone, long index) {
        BinaryWriter out = new BinaryWriter(64);
        out.u8(Outbox.REMOVED);
        out.unsigned(index);
        out.text(gone.life());
        wire.send(gone.name(), out.toBytes());
    }

    /** Who says so may be behind, and not know yet that this node was added. */
    private void removed(long index, String life) {
        Membership known = state.membership();
        if (me.life().equals(life) && known.votes(me) && index > known.index()) {
            observer.removed();
        }
    }

    /** Has the leader change who belongs to the cluster, if it can be done now. Promises nothing. */
    void change(MembershipChange change) {
        String leader = leader();
        if (leader.equals(self)) {
            executor.execute(() -> changing.change(change));
        } else if (!leader.isEmpty()) {
            BinaryWriter out = new BinaryWriter(128);
            out.u8(Outbox.CHANGE);
            change.write(out);
            wire.send(leader, out.toBytes());
        }
    }

    /** What the leader has instead of entries that this node needs. */
    private void begin(Member sender, int term, LogBase base) {
        if (state.failed() || !inbox.heardLeader(sender, term)) {
            return;
        }
        try {
            boolean there = base.index() <= commits.committed()
                    || base.index() <= entries.lastIndex() && entries.term(base.index()) == base.term();
            if (there) {
                outbox.placed(sender, Math.max(base.index(), commits.committed()));
            } else {
                state.restart(base);
                node.terminate();
                observer.restarted(base.index());
            }
        } catch (IOException e) {
            state.fail(e);
        }
    }

    /** Where the log can be cut so that nothing that MicroRaft has in memory is gone from disk. */
    List<Cut> cuts() {
        return entries.cuts(commits.committed() - limits.capacity());
    }

    /** Removes entries, for which {@link EntryStore#prepare} has written what stands for them, unless MicroRaft still holds them. */
    void forget(long index) {
        executor.execute(() -> {
            boolean held = index > node.state().log().snapshotIndex()
                    || node.state().log().containsLogEntry(index);
            if (!held && !state.failed() && index > entries.base().index()) {
                try {
                    state.forget(index);
                } catch (IOException e) {
                    // told already
                }
            }
        });
    }

    /** Part of a large message came from that node, or word that it is receiving one: a sign of life, though MicroRaft hears nothing yet. */
    void heard(String from) {
        executor.execute(() -> {
            Member sender = member(from);
            RaftState state = node.state();
            if (sender.equals(state.leader())) {
                node.leaderHeartbeatReceived();
            }
            LeaderState leading = state.leaderState();
            FollowerState follower = leading == null ? null : leading.getFollowerStateOrNull(sender);
            if (follower != null) {
                follower.responseReceived(NO_REQUEST, time.millis());
            }
        });
    }

    private Member member(String name) {
        return state.membership()
                .named(name)
                .map(m -> new Member(name, m.life()))
                .orElse(new Member(name));
    }

    /**
     * Who is there now, by a membership view. If the leader is not, an election begins at once, the members one after the other in the view's order;
     * if no majority is, a leader steps down.
     */
    void viewChanged(List<String> alive) {
        executor.execute(() -> view(List.copyOf(alive)));
    }

    private void view(List<String> alive) {
        long view = ++views;
        Membership membership = state.membership();
        List<String> all = membership.voters();
        List<String> voters = alive.stream().filter(all::contains).toList();
        boolean majority = voters.size() > all.size() / 2;
        RaftState state = node.state();
        if (state.role() == RaftRole.LEADER) {
            if (!majority) {
                time.jump();
                node.demoteToFollowerIfQuorumHeartbeatTimeoutElapsed();
            }
        } else if (majority && membership.votes(me) && leaderGone(voters)) {
            time.jump();
            int rank = Math.max(0, voters.indexOf(self));
            long delay = time.raftMillis(STAGGER) * rank;
            Runnable attempt = () -> {
                if (view == views && leaderGone(voters)) {
                    elect();
                }
            };
            if (rank == 0) {
                attempt.run();
            } else {
                executor.schedule(attempt, delay, TimeUnit.MILLISECONDS);
            }
        }
    }

    private boolean leaderGone(List<String> alive) {
        RaftEndpoint leader = node.state().leader();
        return leader == null || !alive.contains(((Member) leader).name());
    }

    private void elect() {
        RaftState state = node.state();
        if (state.role() != RaftRole.FOLLOWER) {
            return;
        }
        if (state.leader() != null) {
            node.toFollower(state.term());
        }
        if (state.preCandidateState() == null) {
            node.runPreVote();
        }
    }

    /** Hands leadership on if that node follows and was heard a moment ago: until MicroRaft gives a transfer up it takes no proposals. */
    void transferLeadership(String target) {
        executor.execute(() -> {
            LeaderState leading = node.state().leaderState();
            FollowerState follower = leading == null ? null : leading.getFollowerStateOrNull(member(target));
            if (follower != null
                    && follower.matchIndex() >= Math.max(1, node.state().commitIndex())
                    && time.millis() - follower.responseTimestamp() <= HEARD_LATELY_MILLIS) {
                node.transferLeadership(member(target));
            }
        });
    }

    /** Its state in one line, for people; meant for the engine's thread. */
    @Override
    public String toString() {
        RaftState state = node.state();
        String followers =
                state.leaderState() == null ? "" : " " + state.leaderState().getFollowerStates();
        return self + " " + state.role() + " in term " + state.term() + ", leader " + leader() + ", committed "
                + committed() + " (" + state.commitIndex() + "), last "
                + state.log().lastLogOrSnapshotIndex()
                + ", snapshot " + state.log().snapshotIndex() + followers;
    }
}

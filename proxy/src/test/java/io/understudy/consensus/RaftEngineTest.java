package io.understudy.consensus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.microraft.executor.RaftNodeExecutor;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.TriggerLeaderElectionRequest;
import io.microraft.model.message.VoteRequest;
import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** One engine, told by hand what the others say: the states that MicroRaft alone does not get out of, or goes wrong in. */
class RaftEngineTest implements RaftEngine.Observer {
    private static final List<String> MEMBERS = List.of("n1", "n2", "n3");

    private final SimulatedDisk disk = new SimulatedDisk();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final List<RaftMessage> sent = new ArrayList<>();

    @BeforeAll
    static void quiet() {
        ((Logger) LoggerFactory.getLogger("io.microraft")).setLevel(Level.OFF);
    }

    private DurableState store() throws IOException {
        return DurableState.open(disk, Founders.of("n1", MEMBERS), SimulatedNode.STORE, e -> {
            throw new UncheckedIOException(e);
        });
    }

    private RaftEngine start(DurableState state) {
        RaftNodeExecutor executor = new RaftNodeExecutor() {
            @Override
            public void execute(Runnable task) {
                tasks.add(task);
            }

            @Override
            public void submit(Runnable task) {
                tasks.add(task);
            }

            @Override
            public void schedule(Runnable task, long delay, TimeUnit unit) {}
        };
        RaftEngine engine = new RaftEngine(
                SimulatedNode.LIMITS,
                state,
                executor,
                new RaftTime(() -> 0, Duration.ofSeconds(1)),
                new Random(1),
                (node, message) -> sent.add(RaftMessages.read(new BinaryReader(message, 1, message.length - 1))),
                this);
        engine.start();
        settle();
        return engine;
    }

    private void settle() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    private void receive(RaftEngine engine, RaftMessage message) throws IOException {
        BinaryWriter out = new BinaryWriter(100);
        out.u8(Outbox.RAFT);
        RaftMessages.write(out, message, entry -> Objects.requireNonNull(((Payload) entry.getOperation()).bytes()));
        engine.receive(out.toBytes());
        settle();
    }

    private <T extends RaftMessage> T last(Class<T> type) {
        return type.cast(
                sent.stream().filter(type::isInstance).reduce((a, b) -> b).orElseThrow());
    }

    private static List<LogEntry> entries(long from, long to, int term) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(i -> RaftMessages.entry(i, term, new Payload((i + "/" + term).getBytes(UTF_8))))
                .toList();
    }

    private static AppendEntriesRequest append(
            String leader, int term, long previous, int previousTerm, long commit, List<LogEntry> entries) {
        return RaftMessages.append(new Member(leader), term, previousTerm, previous, commit, 0, 1, entries);
    }

    private static RaftMessage acknowledged(String follower, int term, long index) {
        return RaftMessages.FACTORY
                .createAppendEntriesSuccessResponseBuilder()
                .setGroupId(RaftMessages.GROUP)
                .setSender(new Member(follower))
                .setTerm(term)
                .setLastLogIndex(index)
                .setFlowControlSequenceNumber(1)
                .build();
    }

    private static RaftMessage preVoted(String voter, int term, boolean granted) {
        return RaftMessages.FACTORY
                .createPreVoteResponseBuilder()
                .setGroupId(RaftMessages.GROUP)
                .setSender(new Member(voter))
                .setTerm(term)
                .setGranted(granted)
                .build();
    }

    private void win(RaftEngine engine, String voter) throws IOException {
        receive(engine, preVoted(voter, last(PreVoteRequest.class).getTerm(), true));
        int term = last(VoteRequest.class).getTerm();
        receive(
                engine,
                RaftMessages.FACTORY
                        .createVoteResponseBuilder()
                        .setGroupId(RaftMessages.GROUP)
                        .setSender(new Member(voter))
                        .setTerm(term)
                        .setGranted(true)
                        .build());
        assertThat(engine.leader()).isEqualTo("n1");
        assertThat(engine.term()).isEqualTo(term);
    }

    @Test
    void aRestartedNodeWithASnapshotAndAnUncommittedTailFollowsANewLeader() throws IOException {
        DurableState before = store();
        before.persistAndFlushTerm(RaftMessages.FACTORY
                .createRaftTermPersistentStateBuilder()
                .setTerm(1)
                .setVotedFor(null)
                .build());
        before.persistLogEntries(entries(1, 25, 1));
        before.entries().committed(25);
        before.persistLogEntries(entries(26, 95, 1));
        before.flush();

        DurableState state = store();
        RaftEngine engine = start(state);
        assertThat(engine.toString()).contains("snapshot 25", "last 95");

        receive(engine, append("n2", 2, 25, 1, 25, entries(26, 27, 2)));
        assertThat(last(AppendEntriesSuccessResponse.class).getLastLogIndex()).isEqualTo(27);
        assertThat(state.entries().lastIndex()).isEqualTo(27);
        receive(engine, append("n2", 2, 27, 2, 27, List.of()));
        assertThat(engine.committed()).isEqualTo(27);
        assertThat(new String(state.entries().read(26), UTF_8)).isEqualTo("26/2");
    }

    @Test
    void aFollowerThatCannotPlaceARequestSaysHowFarItIsRight() throws IOException {
        RaftEngine engine = start(store());
        receive(engine, append("n2", 1, 0, 0, 10, entries(1, 10, 1)));
        receive(engine, append("n3", 4, 5000, 4, 5000, List.of()));
        assertThat(last(AppendEntriesSuccessResponse.class).getLastLogIndex()).isEqualTo(10);
        assertThat(last(AppendEntriesSuccessResponse.class).getTerm()).isEqualTo(4);
    }

    @Test
    void anAcknowledgementOfAnEarlierTermCommitsNothing() throws IOException {
        RaftEngine engine = start(store());
        win(engine, "n2");
        assertThat(engine.term()).isEqualTo(1);
        engine.propose("lost".getBytes(UTF_8));
        settle();

        // n3 was elected in between, and n1's entries are replaced; then n1 leads again.
        receive(engine, append("n3", 2, 0, 0, 0, entries(1, 1, 2)));
        engine.viewChanged(List.of("n1", "n2"));
        settle();
        win(engine, "n2");
        assertThat(engine.term()).isEqualTo(3);

        // n3 is found to agree up to 1 and is sent 2; that is forced here meanwhile.
        receive(engine, acknowledged("n3", 3, 1));
        // n2's acknowledgement of the first term comes only now.
        receive(engine, acknowledged("n2", 1, 2));
        assertThat(engine.committed()).isZero();
        receive(engine, acknowledged("n2", 3, 2));
        assertThat(engine.committed()).isEqualTo(2);
    }

    @Test
    void theTermOfWhoRefusesAPreVoteIsTakenOver() throws IOException {
        RaftEngine engine = start(store());
        receive(engine, preVoted("n2", 9, false));
        assertThat(engine.term()).isEqualTo(9);
        assertThat(last(PreVoteRequest.class).getTerm()).isEqualTo(10);
        receive(engine, preVoted("n2", 10, false));
        assertThat(engine.term()).isEqualTo(9);
    }

    @Test
    void theCommitIndexNeverGoesBack() throws IOException {
        RaftEngine engine = start(store());
        receive(engine, append("n2", 1, 0, 0, 10, entries(1, 10, 1)));
        receive(engine, append("n2", 1, 3, 1, 12, entries(4, 5, 1)));
        assertThat(engine.toString()).contains("committed 10 (10)");
        assertThat(last(AppendEntriesSuccessResponse.class).getLastLogIndex()).isEqualTo(10);
    }

    @Test
    void aViewWithoutTheLeaderStartsAnElectionAtOnceAndOneWithoutAMajorityDoesNot() throws IOException {
        RaftEngine engine = start(store());
        receive(engine, append("n2", 1, 0, 0, 0, List.of()));
        sent.clear();
        engine.viewChanged(List.of("n1"));
        settle();
        assertThat(sent).isEmpty();
        engine.viewChanged(List.of("n1", "n3"));
        settle();
        assertThat(last(PreVoteRequest.class).getTerm()).isEqualTo(2);
    }

    @Test
    void aLeaderWhoseViewHasNoMajorityStepsDown() throws IOException {
        RaftEngine engine = start(store());
        win(engine, "n2");
        engine.viewChanged(List.of("n1", "n3"));
        settle();
        assertThat(engine.leader()).isEqualTo("n1");
        engine.viewChanged(List.of("n1"));
        settle();
        assertThat(engine.leader()).isEmpty();
    }

    @Test
    void leadershipIsHandedOnlyToWhoWasHeardAsAFollower() throws IOException {
        DurableState state = store();
        RaftEngine engine = start(state);
        win(engine, "n2");
        engine.transferLeadership("n3");
        settle();
        engine.propose("taken".getBytes(UTF_8));
        settle();
        assertThat(sent).noneMatch(TriggerLeaderElectionRequest.class::isInstance);
        assertThat(state.entries().lastIndex()).isEqualTo(2);

        receive(engine, acknowledged("n3", 1, 1));
        receive(engine, acknowledged("n3", 1, 2));
        assertThat(engine.committed()).isEqualTo(2);
        engine.transferLeadership("n3");
        settle();
        assertThat(last(TriggerLeaderElectionRequest.class).getTerm()).isEqualTo(1);
    }

    @Override
    public void committed(long index) {}

    @Override
    public void leadership(int term, String leader) {}

    @Override
    public void restarted(long index) {
        throw new AssertionError("nothing was removed here");
    }

    @Override
    public void membership() {}

    @Override
    public void removed() {}

    @Override
    public void voted(int term, String candidate) {}
}

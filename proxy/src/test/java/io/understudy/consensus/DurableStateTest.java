package io.understudy.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DurableStateTest {
    private static final List<String> MEMBERS = List.of("n1", "n2", "n3");

    private final SimulatedDisk disk = new SimulatedDisk();
    private final List<IOException> failures = new ArrayList<>();

    private DurableState open(String node, List<String> members) throws IOException {
        return DurableState.open(
                disk, Founders.of(node, members), new StoreLimits(64L << 20, StoreLimits.CACHE_BYTES), failures::add);
    }

    private static void vote(DurableState state, int term, String candidate) throws IOException {
        state.persistAndFlushTerm(RaftMessages.FACTORY
                .createRaftTermPersistentStateBuilder()
                .setTerm(term)
                .setVotedFor(candidate.isEmpty() ? null : new Member(candidate))
                .build());
    }

    @Test
    void aVoteSurvivesACrash() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            DurableState state = open("n1", MEMBERS);
            int term = state.vote().term() + 1;
            vote(state, term, "");
            vote(state, term, "n2");
            disk.crash(new Random(seed));
            assertThat(open("n1", List.of("n3", "n1", "n2")).vote())
                    .isEqualTo(new VoteFile.Vote("n1", "", MEMBERS, 0, term, "n2"));
        }
    }

    @Test
    void nobodyVotesTwiceInATermOrGoesBack() throws IOException {
        DurableState state = open("n1", MEMBERS);
        vote(state, 5, "n2");
        assertThatThrownBy(() -> vote(state, 5, "n3")).isInstanceOf(IllegalStateException.class);
        assertThat(failures).hasSize(1);
        assertThatThrownBy(() -> vote(state, 6, "n3")).isInstanceOf(IOException.class);
    }

    @Test
    void anotherNodesOrGroupsDirectoryIsRefused() throws IOException {
        open("n1", MEMBERS);
        assertThatThrownBy(() -> open("n2", MEMBERS)).isInstanceOf(CorruptLogException.class);
        assertThatThrownBy(() -> open("n1", List.of("n1", "n2"))).isInstanceOf(CorruptLogException.class);
    }

    @Test
    void aNodeThatLostItsLogOrItsVoteIsRefused() throws IOException {
        DurableState state = open("n1", MEMBERS);
        vote(state, 1, "n1");
        state.persistLogEntries(List.of(RaftMessages.entry(1, 1, new Payload(new byte[3]))));
        state.flush();
        SimulatedDisk kept = disk.durableCopy();
        disk.delete("vote");
        assertThatThrownBy(() -> open("n1", MEMBERS))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining("no vote");
        kept.delete(Segment.name(1));
        assertThatThrownBy(() -> DurableState.open(
                        kept,
                        Founders.of("n1", MEMBERS),
                        new StoreLimits(64L << 20, StoreLimits.CACHE_BYTES),
                        failures::add))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining("no log");
    }

    @Test
    void aDamagedVoteIsRefused() throws IOException {
        open("n1", MEMBERS);
        disk.flip("vote", 12);
        assertThatThrownBy(() -> open("n1", MEMBERS))
                .isInstanceOf(CorruptLogException.class)
                .hasMessageContaining("vote");
    }

    @Test
    void theFirstFailureIsReportedAndFinal() throws IOException {
        DurableState state = open("n1", MEMBERS);
        disk.breakDown();
        assertThatThrownBy(() -> vote(state, 1, "n1")).isInstanceOf(IOException.class);
        assertThatThrownBy(state::flush).isInstanceOf(IOException.class);
        assertThat(failures).hasSize(1);
        assertThat(state.failed()).isTrue();
    }
}

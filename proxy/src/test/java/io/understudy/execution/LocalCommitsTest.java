package io.understudy.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.replay.OwnTransactions.Ended;
import io.understudy.replay.OwnTransactions.Turn;
import io.understudy.replay.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LocalCommitsTest {
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final MasterGate gate = new MasterGate(new UUID(0, 1), () -> 7);
    private final PendingAppends pendings = new PendingAppends(bytes -> {});
    private final LocalCommits commits = new LocalCommits(pendings, gate, t -> events.add("evict"));
    private final ConcurrentHashMap<Long, PendingAppend> sessions = new ConcurrentHashMap<>();
    private final Progress progress = new Progress() {
        @Override
        public void committing(long index) {
            events.add("committing " + index);
        }

        @Override
        public void committed(long index) {
            events.add("committed " + index);
        }
    };

    LocalCommitsTest() {
        gate.majority(true);
        gate.open(1);
    }

    private static UUID id(long index) {
        return new UUID(0, index);
    }

    /** A session whose entry is in the log there, and what it does when its turn comes. */
    private void session(long index, Consumer<PendingAppend> atItsTurn) {
        PendingAppend p = pendings.propose(id(index), 1, new byte[0]);
        sessions.put(index, p);
        commits.accepted(id(index), index);
        Thread.startVirtualThread(() -> {
            try {
                if (p.awaitTurn() == PendingAppend.Turn.YOURS) {
                    atItsTurn.accept(p);
                } else {
                    events.add("replayed " + index);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private Ended commit(long... indexes) {
        List<Turn> turns = new ArrayList<>();
        for (long i : indexes) {
            turns.add(new Turn(i, id(i)));
        }
        return commits.commit(turns, progress);
    }

    @Test
    void oneAfterAnotherInOrder() {
        session(7, PendingAppend::confirmed);
        session(8, PendingAppend::confirmed);
        session(9, PendingAppend::confirmed);
        assertThat(commit(7, 8, 9)).isEqualTo(new Ended(3, true));
        assertThat(events)
                .containsExactly(
                        "committing 7", "committed 7", "committing 8", "committed 8", "committing 9", "committed 9");
        assertThat(pendings.size()).isZero();
    }

    /** Everybody who could have seen the world without the lost one is sent away before it is replayed, and nobody new is let in until it is. */
    @Test
    void aLostOneHoldsTheGateUntilItIsReplayed() throws CommitFailure {
        WriteTransaction running = gate.enter(Duration.ZERO);
        session(7, PendingAppend::confirmed);
        session(8, PendingAppend::failed);
        session(9, PendingAppend::confirmed);
        assertThat(commit(7, 8, 9)).isEqualTo(new Ended(1, true));
        assertThat(gate.isOpen()).isFalse();
        assertThat(events).contains("evict").doesNotContain("committed 8", "committing 9");
        assertThat(pendings.contains(id(9)))
                .as("its turn comes after the repair")
                .isTrue();
        commits.applied(id(8), 8);
        assertThat(gate.isOpen()).isTrue();
        assertThat(commit(9)).isEqualTo(new Ended(1, true));
        gate.leave(running);
    }

    @Test
    void whoDoesNotKnowHowItEndedSaysSo() {
        session(7, PendingAppend::unsettled);
        assertThat(commit(7)).isEqualTo(new Ended(0, false));
        assertThat(gate.isOpen()).isFalse();
    }

    @Test
    void afterALostServerNobodyGetsATurn() {
        session(7, PendingAppend::confirmed);
        pendings.serverLost();
        assertThat(commit(7)).isEqualTo(new Ended(0, true));
        assertThat(events).doesNotContain("committing 7");
    }

    @Test
    void aSessionThatIsGoneGetsNoTurn() {
        session(7, PendingAppend::confirmed);
        assertThat(commit(7, 8)).isEqualTo(new Ended(1, true));
        assertThat(commit(8)).isEqualTo(new Ended(0, true));
    }

    @Test
    void aClosedGateIsNotHeld() {
        gate.close("deposed", t -> {});
        session(7, PendingAppend::failed);
        assertThat(commit(7)).isEqualTo(new Ended(0, true));
        commits.applied(id(7), 7);
        assertThat(gate.epoch()).isZero();
    }
}

package io.understudy.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.execution.PendingAppend.Turn;
import io.understudy.execution.PendingAppend.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PendingAppendsTest {
    private static final Duration SOON = Duration.ofMillis(10);
    private static final byte[] BYTES = {1, 2, 3};

    private final List<byte[]> proposed = new ArrayList<>();
    private final PendingAppends pendings = new PendingAppends(proposed::add);

    private static UUID id(long n) {
        return new UUID(0, n);
    }

    private PendingAppend transaction(long n, long epoch) {
        return pendings.propose(id(n), epoch, BYTES);
    }

    @Test
    void untilTheLogSpeaksTheOutcomeIsUnknown() {
        PendingAppend p = transaction(1, 3);
        assertThat(proposed).containsExactly(BYTES);
        assertThatThrownBy(() -> p.awaitVerdict(SOON)).isInstanceOf(TimeoutException.class);
        assertThat(pendings.contains(id(1))).isTrue();
    }

    @Test
    void validKeepsItUntilItHasTakenEffect() throws Exception {
        PendingAppend p = transaction(1, 3);
        pendings.valid(id(1), 17);
        assertThat(p.awaitVerdict(SOON)).isEqualTo(new Verdict.Valid(17));
        assertThat(p.index()).isEqualTo(17);
        assertThat(pendings.contains(id(1))).isTrue();
        pendings.remove(id(1));
        assertThat(pendings.size()).isZero();
    }

    @Test
    void rejectedIsForgotten() throws Exception {
        PendingAppend p = transaction(1, 3);
        pendings.rejected(id(1), "OTHER_EPOCH");
        assertThat(p.awaitVerdict(SOON)).isEqualTo(new Verdict.Rejected("OTHER_EPOCH"));
        assertThat(pendings.contains(id(1))).isFalse();
    }

    /** The first word counts: a copy of an accepted entry may be judged invalid, and that changes nothing. */
    @Test
    void theFirstVerdictStands() throws Exception {
        PendingAppend p = transaction(1, 3);
        pendings.valid(id(1), 17);
        pendings.rejected(id(1), "OTHER_EPOCH");
        pendings.epochBegan(9);
        assertThat(p.awaitVerdict(SOON)).isEqualTo(new Verdict.Valid(17));
        assertThat(pendings.contains(id(1))).isTrue();
    }

    /** What is not delivered before a newer epoch begins can never count: only then may its client be told that it failed. */
    @Test
    void aNewerEpochSettlesWhatIsOlder() throws Exception {
        PendingAppend old = transaction(1, 3);
        PendingAppend current = transaction(2, 4);
        pendings.epochBegan(4);
        assertThat(old.awaitVerdict(SOON)).isInstanceOf(Verdict.Rejected.class);
        assertThatThrownBy(() -> current.awaitVerdict(SOON)).isInstanceOf(TimeoutException.class);
    }

    @Test
    void aLostServerTakesTheTurnsAway() throws Exception {
        PendingAppend p = transaction(1, 3);
        pendings.serverLost();
        assertThat(p.hasTurn()).isTrue();
        assertThat(p.awaitTurn()).isEqualTo(Turn.REPLAYED);
        pendings.valid(id(1), 17);
        assertThat(p.awaitVerdict(SOON)).as("in the log it is all the same").isEqualTo(new Verdict.Valid(17));
    }

    @Test
    void anEntryWithoutATransactionTakesEffectOnce() {
        List<String> effects = new ArrayList<>();
        PendingAppend p = pendings.propose(id(1), 3, BYTES, () -> effects.add("done"));
        assertThat(p.isTransaction()).isFalse();
        pendings.valid(id(1), 5);
        assertThat(effects).isEmpty();
        assertThat(p.encoded()).isEmpty();
        p.tookEffect();
        assertThat(effects).containsExactly("done");
    }

    @Test
    void whatIsNotLostIsNotRepeated() {
        transaction(1, 3);
        PendingAppend judged = transaction(2, 3);
        pendings.valid(judged.id(), 5);
        pendings.repeatLost();
        assertThat(proposed).hasSize(2);
    }

    @Test
    void verdictsOnStrangersAreIgnored() {
        pendings.valid(id(7), 1);
        pendings.rejected(id(7), "DUPLICATE");
        pendings.remove(id(7));
        assertThat(pendings.size()).isZero();
    }
}

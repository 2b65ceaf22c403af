package io.understudy.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MasterGateTest {
    private static final Duration NO_WAIT = Duration.ZERO;
    private static final Duration LONG = Duration.ofSeconds(20);

    private final MasterGate gate = new MasterGate(new UUID(0, 1), () -> 7);

    MasterGateTest() {
        gate.majority(true);
    }

    @Test
    void closedItLetsNobodyIn() {
        assertThat(gate.epoch()).isZero();
        assertRefused("starting");
        gate.open(3);
        gate.close("deposed", t -> {});
        assertRefused("deposed");
        assertThat(gate.epoch()).isZero();
    }

    @Test
    void openItStampsTheEpoch() throws CommitFailure {
        gate.open(3);
        WriteTransaction t = gate.enter(NO_WAIT);
        assertThat(t.epoch()).isEqualTo(3);
        assertThat(gate.insideNow()).containsExactly(t);
        gate.leave(t);
        assertThat(gate.insideNow()).isEmpty();
        gate.open(4);
        assertThat(gate.enter(NO_WAIT).epoch()).isEqualTo(4);
    }

    @Test
    void withoutAMajorityItSaysSoAtOnce() {
        gate.open(3);
        gate.majority(false);
        long begun = System.nanoTime();
        assertThatThrownBy(() -> gate.enter(LONG))
                .isInstanceOfSatisfying(
                        CommitFailure.class,
                        e -> assertThat(e.fields().sqlState()).isEqualTo("57P03"))
                .hasMessageContaining("majority");
        assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(5));
    }

    @Test
    void closingTellsEverybodyInside() throws CommitFailure {
        gate.open(3);
        WriteTransaction one = gate.enter(NO_WAIT);
        WriteTransaction two = gate.enter(NO_WAIT);
        List<WriteTransaction> told = new ArrayList<>();
        gate.close("deposed", told::add);
        assertThat(told).containsExactlyInAnyOrder(one, two);
    }

    @Test
    void heldTheyWaitAndGoOnInTheSameEpoch() throws Exception {
        gate.open(3);
        gate.hold("switchover");
        assertThat(gate.epoch()).isEqualTo(3);
        assertThat(gate.isOpen()).isFalse();
        CompletableFuture<WriteTransaction> waiting = enterLater();
        gate.resume("another reason");
        assertThat(gate.isOpen()).isFalse();
        gate.resume("switchover");
        assertThat(waiting.get(10, TimeUnit.SECONDS).epoch()).isEqualTo(3);
    }

    @Test
    void heldAndThenClosedTheyAreRefused() {
        gate.open(3);
        gate.hold("switchover");
        CompletableFuture<WriteTransaction> waiting = enterLater();
        gate.close("the mastership went to n2", t -> {});
        assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(CommitFailure.class)
                .hasMessageContaining("went to n2");
        gate.resume("switchover");
        assertThat(gate.epoch()).as("what is closed is not opened by resuming").isZero();
    }

    @Test
    void heldForTooLongTheyAreRefused() {
        gate.open(3);
        gate.hold("repair");
        assertThatThrownBy(() -> gate.enter(Duration.ofMillis(20)))
                .isInstanceOf(CommitFailure.class)
                .hasMessageContaining("repair");
    }

    @Test
    void drainingWaitsForTheLast() throws Exception {
        gate.open(3);
        WriteTransaction t = gate.enter(NO_WAIT);
        gate.hold("switchover");
        assertThat(gate.drained(Duration.ofMillis(20))).isFalse();
        CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> gate.drained(LONG));
        gate.leave(t);
        assertThat(drained.get(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Nobody may be inside a closed gate untold. */
    @Test
    void whoeverEntersWhileItClosesIsToldOrRefused() throws Exception {
        for (int round = 0; round < 300; round++) {
            gate.open(round + 1);
            List<WriteTransaction> told = java.util.Collections.synchronizedList(new ArrayList<>());
            CompletableFuture<WriteTransaction> entering = enterLater();
            gate.close("deposed", told::add);
            WriteTransaction entered = entering.exceptionally(e -> null).get(10, TimeUnit.SECONDS);
            if (entered != null) {
                await().untilAsserted(() -> assertThat(told).contains(entered));
                gate.leave(entered);
            }
            assertThat(gate.insideNow()).isEmpty();
        }
    }

    private CompletableFuture<WriteTransaction> enterLater() {
        CompletableFuture<WriteTransaction> entered = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                entered.complete(gate.enter(LONG));
            } catch (CommitFailure e) {
                entered.completeExceptionally(e);
            }
        });
        return entered;
    }

    private void assertRefused(String why) {
        assertThatThrownBy(() -> gate.enter(LONG))
                .isInstanceOfSatisfying(
                        CommitFailure.class,
                        e -> assertThat(e.fields().sqlState()).isEqualTo("57P03"))
                .hasMessageContaining(why);
    }
}

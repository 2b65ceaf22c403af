package io.understudy.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerReachTest {
    private long now = 5;
    private final List<String> told = new ArrayList<>();
    private final PeerReach reach = new PeerReach(() -> now, told::add);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private void answers(String node, long millis) {
        reach.answered(node, Duration.ofMillis(millis));
    }

    private int share(String node) {
        return reach.shares().getOrDefault(node, 100);
    }

    @Test
    void whoCannotBeReachedGetsNothingAndFewAtFirstAfterwards() {
        answers("n2", 1);
        reach.failed("n2", "no route");
        assertThat(share("n2")).isZero();
        answers("n2", 1);
        assertThat(share("n2")).as("so soon again").isZero();
        pass(Duration.ofSeconds(1));
        answers("n2", 1);
        assertThat(share("n2")).isEqualTo(10);
        pass(Duration.ofSeconds(5));
        assertThat(share("n2")).isEqualTo(55);
        pass(Duration.ofSeconds(5));
        assertThat(share("n2")).isEqualTo(100);
        assertThat(told).containsExactly("nothing is read on n2 from here: no route", "n2 is read again from here");
    }

    @Test
    void whoFailsAgainSoonStaysOutForLonger() {
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 32}) {
            reach.failed("n2", "reset");
            pass(Duration.ofSeconds(seconds).minusMillis(1));
            answers("n2", 1);
            assertThat(share("n2")).as("after %d s", seconds).isZero();
            pass(Duration.ofMillis(1));
            answers("n2", 1);
            assertThat(share("n2")).as("after %d s", seconds).isEqualTo(10);
        }
        pass(Duration.ofMinutes(1));
        reach.failed("n2", "reset");
        pass(Duration.ofSeconds(1));
        answers("n2", 1);
        assertThat(share("n2")).isEqualTo(10);
    }

    @Test
    void whoIsFarSlowerThanTheQuickestIsPutOut() {
        answers("n2", 20);
        answers("n3", 400);
        answers("n3", 400);
        assertThat(share("n3")).isEqualTo(100);
        answers("n3", 400);
        assertThat(share("n3")).isZero();
        pass(Duration.ofSeconds(2));
        answers("n3", 400);
        assertThat(share("n3")).as("still slow").isZero();
        answers("n3", 100);
        assertThat(share("n3")).isEqualTo(10);
    }

    @Test
    void whereAllAreSlowNobodyIs() {
        for (int i = 0; i < 10; i++) {
            answers("n2", 900);
            answers("n3", 2500);
        }
        assertThat(reach.shares()).isEmpty();
    }

    @Test
    void nobodyIsSlowAlone() {
        for (int i = 0; i < 10; i++) {
            answers("n3", 2500);
        }
        assertThat(reach.shares()).isEmpty();
    }

    @Test
    void aFewSlowAnswersMeanNothing() {
        answers("n2", 1);
        for (int i = 0; i < 10; i++) {
            answers("n3", 2000);
            answers("n3", 2000);
            answers("n3", 1);
        }
        assertThat(told).isEmpty();
    }
}

package io.understudy.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServerHealthTest {
    private final ServerHealth health = new ServerHealth();

    @Test
    void needsTheWatchAndTheApplyLoop() {
        assertThat(health.healthy()).isFalse();
        health.connected();
        assertThat(health.healthy()).isFalse();
        health.applying(true, "");
        assertThat(health.healthy()).isTrue();
        assertThat(health.unhealthyFor()).isZero();
    }

    @Test
    void aLossEndsWhatTheApplyLoopSaidBefore() {
        health.connected();
        health.applying(true, "");

        assertThat(health.lost("gone")).isTrue();
        health.connected();

        assertThat(health.healthy()).isFalse();
        assertThat(health.unhealthyFor()).isPositive().isLessThan(Duration.ofMinutes(1));
    }

    /** The loop is not told of the second failure, so it would never say again that it applies. */
    @Test
    void aFurtherFailureToConnectLeavesAnApplyLoopThatCameBackFirst() {
        health.connected();
        health.applying(true, "");
        assertThat(health.lost("gone")).isTrue();
        health.applying(false, "gone");
        health.applying(true, "");

        assertThat(health.lost("no answer in time")).isFalse();
        assertThat(health.healthy()).isFalse();
        health.connected();

        assertThat(health.healthy()).isTrue();
    }

    @Test
    void knowsAServerThatIsAwayFromOneThatWasNotAsked() {
        assertThat(health.isAway()).isFalse();
        health.lost("refused");
        assertThat(health.isAway()).isTrue();
        health.connected();
        assertThat(health.isAway()).isFalse();
    }
}

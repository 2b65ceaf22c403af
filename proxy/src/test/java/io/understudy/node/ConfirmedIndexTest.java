package io.understudy.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConfirmedIndexTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final AtomicLong asked = new AtomicLong();
    private final ConfirmedIndex confirmed =
            new ConfirmedIndex(() -> CompletableFuture.completedFuture(asked.incrementAndGet()));

    @Test
    void theLeaderIsAskedAgainOnlyIfWhatIsKnownIsTooOld() throws Exception {
        assertThat(confirmed.notOlderThan(LONG, LONG)).isEqualTo(1);
        assertThat(confirmed.notOlderThan(LONG, LONG)).isEqualTo(1);
        assertThat(confirmed.notOlderThan(Duration.ZERO, LONG)).isEqualTo(2);
        assertThat(confirmed.notOlderThan(LONG, LONG)).isEqualTo(2);
        assertThat(confirmed.notOlderThan(Duration.ofNanos(1), LONG)).isEqualTo(3);
    }

    @Test
    void whatCannotBeConfirmedInTimeIsNotToldAtAll() {
        ConfirmedIndex failing =
                new ConfirmedIndex(() -> CompletableFuture.failedFuture(new IllegalStateException("no leader")));
        assertThatThrownBy(() -> failing.notOlderThan(LONG, Duration.ofMillis(20)))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("no leader");
        ConfirmedIndex silent = new ConfirmedIndex(CompletableFuture::new);
        assertThatThrownBy(() -> silent.notOlderThan(LONG, Duration.ofMillis(20)))
                .isInstanceOf(TimeoutException.class);
    }
}

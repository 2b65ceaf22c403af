package io.understudy.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadShareTest {
    @Test
    void growsFromATenthToAll() {
        assertThat(ReadShare.after(Duration.ZERO)).isEqualTo(10);
        assertThat(ReadShare.after(Duration.ofSeconds(10))).isEqualTo(40);
        assertThat(ReadShare.after(Duration.ofSeconds(30))).isEqualTo(100);
        assertThat(ReadShare.after(Duration.ofDays(1000))).isEqualTo(100);
    }
}

package io.understudy.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsistencyTest {

    @ParameterizedTest
    @ValueSource(strings = {"session", "strong", "eventual", "bounded=250ms"})
    void whatIsWrittenIsReadAgain(String text) {
        assertThat(Consistency.parse(text)).hasToString(text);
    }

    @Test
    void boundsHaveUnits() {
        assertThat(Consistency.parse(" Bounded = 2s ")).isEqualTo(new Consistency.Bounded(Duration.ofSeconds(2)));
        assertThat(Consistency.parse("bounded=30")).isEqualTo(new Consistency.Bounded(Duration.ofMillis(30)));
        assertThat(Consistency.parse("")).isEqualTo(Consistency.SESSION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bounded",
                "bounded=0",
                "bounded=-1ms",
                "bounded=86401s",
                "bounded=1h",
                "bounded=999999999",
                "weak"
            })
    void everythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Consistency.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("strong");
    }
}

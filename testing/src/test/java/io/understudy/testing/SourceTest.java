package io.understudy.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SourceTest {
    @Test
    void everyChoice() {
        assertThat(Source.of("", "i")).isEqualTo(new Source.Embedded(OptionalInt.empty()));
        assertThat(Source.of("14", "i")).isEqualTo(new Source.Embedded(OptionalInt.of(14)));
        assertThat(Source.of("containers", "i")).isEqualTo(new Source.Container("i"));
    }

    @Test
    void anythingElseIsRefusedAndNotTakenForTheUsual() {
        assertThatThrownBy(() -> Source.of("13", "i"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("13")
                .hasMessageContaining("14 to 18 or containers");
    }
}

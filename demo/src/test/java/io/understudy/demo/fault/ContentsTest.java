package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ContentsTest {
    private static final Contents ONE = new Contents(Map.of("t", "3/77"), Map.of("s", "5/t"));

    @Test
    void equalServersHaveNoDifferences() {
        assertThat(Contents.differences(Map.of("a", ONE, "b", new Contents(ONE.tables(), ONE.sequences()))))
                .isEmpty();
    }

    @Test
    void aSumAPositionAndAMissingTableAreDifferences() {
        Contents other = new Contents(Map.of("t", "3/78", "u", "0/0"), Map.of("s", "6/t"));
        assertThat(Contents.differences(new java.util.TreeMap<>(Map.of("a", ONE, "b", other))))
                .containsExactly(
                        "table t is 3/77 on a and 3/78 on b",
                        "table u is missing on a and 0/0 on b",
                        "sequence s is 5/t on a and 6/t on b");
    }
}

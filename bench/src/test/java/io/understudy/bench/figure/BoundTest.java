package io.understudy.bench.figure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BoundTest {
    @Test
    void whatMustNotBeBelow() {
        assertThat(Bound.atLeast("x", 0.9, 0.9, "").verdict()).isEqualTo("met");
        assertThat(Bound.atLeast("x", 0.89, 0.9, "").verdict()).isEqualTo("MISSED");
    }

    @Test
    void whatMustNotBeAbove() {
        assertThat(Bound.atMost("x", 1.0, 1, " s").verdict()).isEqualTo("met");
        assertThat(Bound.atMost("x", 1.01, 1, " s").verdict()).isEqualTo("MISSED");
    }

    @Test
    void anAimIsNotMissedButNotReached() {
        assertThat(Bound.atLeast("x", 0.5, 1, "").asAim().verdict()).isEqualTo("not reached");
        assertThat(Bound.atLeast("x", 1.5, 1, "").asAim().verdict()).isEqualTo("met");
    }

    @Test
    void whatIsMissingIsNeitherMetNorMissed() {
        assertThat(Bound.atLeast("x", null, 1, "").verdict()).isEqualTo("not measured");
    }
}

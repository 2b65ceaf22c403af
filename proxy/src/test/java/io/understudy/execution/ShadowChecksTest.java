package io.understudy.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.classification.StatementForm.Change;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShadowChecksTest {
    private static Repeatable of(String shape) {
        return new Repeatable(1, Change.INSERT, List.of(), 1, shape);
    }

    private static long due(ShadowChecks checks, int times, Repeatable... statements) {
        return IntStream.range(0, times)
                .filter(i -> checks.due(List.of(statements)))
                .count();
    }

    @Test
    void theFirstOfEveryShapeAndThenSome() {
        ShadowChecks checks = new ShadowChecks(10);
        assertThat(due(checks, 3, of("a"))).isEqualTo(3);
        assertThat(due(checks, 97, of("a"))).isEqualTo(9);
        assertThat(due(checks, 3, of("a"), of("b"))).isEqualTo(3);
        assertThat(due(checks, 7, of("a"), of("b"))).isZero();
    }

    @Test
    void allOrNone() {
        assertThat(due(new ShadowChecks(1), 50, of("a"))).isEqualTo(50);
        assertThat(due(new ShadowChecks(0), 50, of("a"))).isZero();
    }

    @Test
    void whatOneNodeFoundOthersBelieve() {
        ShadowChecks replica = new ShadowChecks(1);
        ShadowChecks master = new ShadowChecks(1);
        assertThat(master.isDistrusted("a")).isFalse();
        replica.distrust(List.of(ShadowChecks.digest("a")));
        master.distrust(replica.distrusted());
        assertThat(master.isDistrusted("a")).isTrue();
        assertThat(master.isDistrusted("b")).isFalse();
    }

    @Test
    void itsMemoryIsBounded() {
        ShadowChecks checks = new ShadowChecks(1);
        IntStream.range(0, 5_000).forEach(i -> checks.distrust(List.of("d" + i)));
        assertThat(checks.distrusted()).hasSize(1_000);
    }
}

package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.demo.fault.FaultRun.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultReportTest {
    private static Outcome killed(long resumedMillis) {
        return new Outcome(FaultKind.KILL_MASTER_PROXY, "node1", resumedMillis, 0, 0);
    }

    @Test
    void quantiles() {
        long[] values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        assertThat(FaultReport.quantile(values, 0.5)).isEqualTo(5);
        assertThat(FaultReport.quantile(values, 0.95)).isEqualTo(10);
        assertThat(FaultReport.quantile(values, 0)).isEqualTo(1);
        assertThat(FaultReport.quantile(new long[] {7}, 0.5)).isEqualTo(7);
    }

    @Test
    void oneSlowOneOfMoreThanTwentyIsAllowed() {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            outcomes.add(killed(700));
        }
        outcomes.add(killed(9_000));
        assertThat(new FaultReport(outcomes).withinBounds()).isTrue();
        outcomes.add(killed(9_000));
        assertThat(new FaultReport(outcomes).withinBounds()).isFalse();
        assertThat(new FaultReport(outcomes).lines())
                .anySatisfy(line -> assertThat(line).contains("master's proxy", "22", "700", "9000", "2000"));
    }
}

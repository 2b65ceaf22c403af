package io.understudy.bench.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void medianOfAnOddAndOfAnEvenNumber() {
        assertThat(Statistics.median(List.of(9.0, 1.0, 5.0))).isEqualTo(5);
        assertThat(Statistics.median(List.of(4.0, 1.0, 2.0, 100.0))).isEqualTo(3);
    }

    @Test
    void quantilesAreValuesThatWereThere() {
        List<Double> values = List.of(5.0, 1.0, 4.0, 2.0, 3.0);
        assertThat(Statistics.quantile(values, 0)).isEqualTo(1);
        assertThat(Statistics.quantile(values, 0.5)).isEqualTo(3);
        assertThat(Statistics.quantile(values, 0.61)).isEqualTo(4);
        assertThat(Statistics.quantile(values, 1)).isEqualTo(5);
    }

    /** A machine that becomes half as fast in the middle makes no difference, if both sides ran in each round. */
    @Test
    void aRatioComparesRunsOfTheSameRound() {
        assertThat(Statistics.ratio(List.of(200.0, 200.0, 50.0, 50.0, 50.0), List.of(100.0, 100.0, 25.0, 25.0, 25.0)))
                .isEqualTo(2);
        assertThatThrownBy(() -> Statistics.ratio(List.of(1.0), List.of(1.0, 2.0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingAndNotANumberAreRefused() {
        assertThatThrownBy(() -> Statistics.median(List.of())).hasMessageContaining("no value");
        assertThatThrownBy(() -> Statistics.median(List.of(1.0, Double.NaN))).hasMessageContaining("not a number");
    }
}

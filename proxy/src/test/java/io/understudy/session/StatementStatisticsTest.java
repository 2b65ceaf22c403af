package io.understudy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.classification.Classification;
import io.understudy.classification.Classifier;
import io.understudy.classification.SqlStatement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatementStatisticsTest {
    private final StatementStatistics statistics = new StatementStatistics();

    private ShapeCounts counts(String sql) {
        SqlStatement statement = Classifier.split(sql).getFirst();
        return statistics.of(statement, new Classification.Empty());
    }

    @Test
    void statementsThatDifferInTheirLiteralsAreCountedTogetherByWhereTheyRan() {
        counts("SELECT * FROM t WHERE id = 1").ran("n2", 5_000, 1, false);
        counts("select * from t where id = 77 -- again").ran("n3", 9_000, 2, true);
        assertThat(statistics.top(10)).singleElement().satisfies(c -> {
            assertThat(c.shape()).isEqualTo("select * from t where id = 0");
            assertThat(c.calls()).isEqualTo(Map.of("n2", 1L, "n3", 2L));
            assertThat(c.errors()).isEqualTo(1);
            assertThat(c.totalMicros()).isEqualTo(23);
            assertThat(c.maxMicros()).isEqualTo(9);
        });
    }

    @Test
    void whatTookMostTimeComesFirst() {
        counts("select 1").ran("n1", 1_000, 1, false);
        counts("select a").ran("n1", 3_000_000, 1, false);
        counts("select b").ran("n1", 2_000_000, 1, false);
        assertThat(statistics.top(2))
                .extracting(StatementStatistics.Counted::shape)
                .containsExactly("select a", "select b");
    }

    @Test
    void nothingThatIsSecretIsRemembered() {
        List.of(
                        "ALTER ROLE ada PASSWORD 'hunter2'",
                        "ALTER ROLE ada PASSWORD $x$hunter2$x$",
                        "INSERT INTO card VALUES (E'hunter2', U&'hunter2', B'1010', 4929123456781234, 49.29)",
                        "SELECT 1 /* hunter2 */ -- hunter2",
                        "SELECT 'hunter2")
                .forEach(sql -> counts(sql).ran("n1", 1, 1, false));
        assertThat(statistics.top(10))
                .hasSize(4)
                .noneMatch(c -> c.shape().matches("(?s).*(hunter2|1010|4929|49\\.29).*"));
    }

    @Test
    void memoryIsBoundedWhateverIsSent() {
        for (int i = 0; i < 20_000; i++) {
            counts("select c" + i + " from t").ran("n1", 1, 1, false);
        }
        counts("select " + "x, ".repeat(50_000) + "y").ran("n1", Long.MAX_VALUE / 2, 1, false);
        assertThat(statistics.top(Integer.MAX_VALUE).size()).isLessThanOrEqualTo(2_001);
        assertThat(statistics.top(Integer.MAX_VALUE)).allMatch(c -> c.shape().length() <= 4_001);
    }
}

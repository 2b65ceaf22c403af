package io.understudy.classification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table in statements.txt: a line of what is expected, then the statements of which it is expected. */
class StatementTableTest {
    private static final Classifier CLASSIFIER = new Classifier(TestCatalog.postgres()::build);

    record Expected(String what, String sql) {
        @Override
        public String toString() {
            return sql;
        }
    }

    static Stream<Expected> table() {
        List<Expected> all = new ArrayList<>();
        String what = "";
        for (String line : TestCatalog.resource("statements.txt")) {
            if (line.startsWith("=> ")) {
                what = line.substring(3).strip();
            } else if (!line.isBlank() && !line.startsWith("#")) {
                all.add(new Expected(what, line.strip()));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("table")
    void classifiedAsExpected(Expected e) {
        List<SqlStatement> statements = Classifier.split(e.sql());
        assertThat(statements).hasSize(1);
        Classification c = CLASSIFIER.classify(statements.getFirst(), TestCatalog.PUBLIC);
        assertThat(Described.of(c)).isEqualTo(e.what());
    }

    @Test
    void theTableIsLarge() {
        assertThat(table()).hasSizeGreaterThan(150);
    }

    @Test
    void nothingWellFormedFallsBack() {
        Classifier classifier = new Classifier(TestCatalog.postgres()::build);
        table().filter(e -> !e.what().startsWith("write unparsed"))
                .forEach(e -> classifier.classify(e.sql(), TestCatalog.PUBLIC));
        ClassificationStatistics s = classifier.statistics();
        System.out.println("statements.txt: " + s);
        assertThat(s.fallbacks()).isEmpty();
        assertThat(s.parsed()).isGreaterThan(100);
    }
}

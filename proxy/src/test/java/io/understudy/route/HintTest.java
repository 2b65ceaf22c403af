package io.understudy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.understudy.classification.Classifier;
import io.understudy.classification.SqlStatement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HintTest {
    private static List<Hint> hints(String sql) {
        return Classifier.split(sql).stream().map(s -> Hint.of(List.of(s))).toList();
    }

    private static Hint hint(String sql) {
        return hints(sql).getFirst();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/*+ understudy: master */ SELECT 1",
                "SELECT /*+understudy:master*/ 1",
                "SELECT 1 /*+ Understudy: MASTER */;",
                "-- why\n/* what */ /*+ understudy: master */ SELECT 1",
                "/*+ SeqScan(t) */ /*+ understudy: master */ SELECT 1"
            })
    void standsBeforeInOrBehindItsStatement(String sql) {
        assertThat(hint(sql)).isEqualTo(new Hint.Master());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "/* understudy: master */ SELECT 1",
                "/*+ SeqScan(t) */ SELECT 1",
                "SELECT '/*+ understudy: master */'",
                "SELECT \"/*+ understudy: master */\"",
                "SELECT $$/*+ understudy: master */$$",
                "-- /*+ understudy: master */\nSELECT 1",
                "/* /*+ understudy: master */ */ SELECT 1"
            })
    void nothingElseIsOne(String sql) {
        assertThat(hint(sql)).isEqualTo(Hint.NONE);
    }

    @Test
    void belongsToTheStatementItStandsBy() {
        Hint master = new Hint.Master();
        assertThat(hints("SELECT 1; /*+ understudy: master */ SELECT 2; SELECT 3"))
                .containsExactly(Hint.NONE, master, Hint.NONE);
        assertThat(hints("SELECT 1 /*+ understudy: master */; SELECT 2")).containsExactly(master, Hint.NONE);
    }

    @Test
    void saysHowOldOrWhere() {
        assertThat(hint("/*+ understudy: strong */ SELECT 1").over(Consistency.SESSION))
                .isEqualTo(new Consistency.Strong());
        assertThat(hint("/*+ understudy: bounded=2s */ SELECT 1").over(Consistency.SESSION))
                .isEqualTo(new Consistency.Bounded(Duration.ofSeconds(2)));
        assertThat(hint("/*+ understudy: node = n3 */ SELECT 1")).isEqualTo(new Hint.OnNode("n3"));
        assertThat(hint("SELECT 1").over(new Consistency.Strong())).isEqualTo(new Consistency.Strong());
    }

    @ParameterizedTest
    @ValueSource(strings = {"slave", "node", "node=", "bounded=0", "master please", ""})
    void whatCannotBeUnderstoodIsSaid(String text) {
        List<SqlStatement> statements = Classifier.split("/*+ understudy: " + text + " */ SELECT 1");
        if (text.isEmpty()) {
            assertThat(Hint.of(statements)).isEqualTo(new Hint.AsOf(Consistency.SESSION));
        } else {
            assertThat(Hint.of(statements))
                    .isInstanceOfSatisfying(
                            Hint.Bad.class, b -> assertThat(b.why()).contains("none of: master"));
        }
    }
}

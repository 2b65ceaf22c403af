package io.understudy.classification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SplitterTest {

    private static List<String> split(String sql) {
        return Classifier.split(sql).stream().map(SqlStatement::text).toList();
    }

    @Test
    void semicolonsSeparate() {
        assertThat(split("select 1; select ';' ; -- x;\n/* ; */ select $$;$$;;"))
                .containsExactly("select 1", "select ';'", "select $$;$$");
        assertThat(split(" ;; -- nothing\n")).isEmpty();
    }

    @Test
    void notInRules() {
        String rule = "create rule r as on insert to t do (insert into a values (1); delete from b)";
        assertThat(split(rule + "; select 1")).containsExactly(rule, "select 1");
    }

    @Test
    void notInTheBodiesOfFunctions() {
        String function =
                "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END AS end; SELECT t.case FROM t; END";
        assertThat(split("begin; " + function + "; end")).containsExactly("begin", function, "end");
        assertThat(split("begin; select 1; end")).hasSize(3);
    }

    @Test
    void everyTokenIsInOneStatementOrASeparator() {
        long seed = new Random().nextLong();
        System.out.println("SplitterTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            String sql = round % 2 == 0 ? RandomSql.characters(random) : RandomSql.tokens(random);
            Tokens tokens = Lexer.lex(sql, true);
            int at = 0;
            for (SqlStatement s : Splitter.split(tokens)) {
                while (at < s.from()) {
                    assertThat(tokens.isSign(at++, ';'))
                            .as("%s, seed %d", sql, seed)
                            .isTrue();
                }
                assertThat(s.from()).as("%s, seed %d", sql, seed).isEqualTo(at);
                assertThat(sql.substring(s.offset())).startsWith(s.text());
                at = s.to();
            }
            while (at < tokens.size()) {
                assertThat(tokens.isSign(at++, ';'))
                        .as("%s, seed %d", sql, seed)
                        .isTrue();
            }
        }
    }

    @Test
    void anyInputIsClassified() {
        long seed = new Random().nextLong();
        System.out.println("classification seed " + seed);
        Random random = new Random(seed);
        Classifier classifier = new Classifier(TestCatalog.postgres()::build);
        for (int round = 0; round < 10_000; round++) {
            String sql = round % 4 == 0 ? RandomSql.characters(random) : RandomSql.tokens(random);
            for (SqlStatement s : Classifier.split(sql)) {
                Classification c = classifier.classify(s, TestCatalog.PUBLIC);
                boolean sequence = s.shape().contains("nextval (");
                assertThat(c instanceof Classification.Read
                                && sequence
                                && !s.shape().startsWith("explain"))
                        .as("%s, seed %d", sql, seed)
                        .isFalse();
            }
        }
        assertThat(classifier.statistics().fallbacks()).as("seed %d", seed).doesNotContainKey("internal error");
    }
}

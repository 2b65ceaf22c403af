package io.understudy.classification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeTest {

    private static String shape(String sql) {
        return Classifier.split(sql).getFirst().shape();
    }

    @Test
    void literalsCommentsAndCaseMakeNoDifference() {
        assertThat(shape("SELECT  * FROM t /* x */ WHERE a='x' AND b = 5"))
                .isEqualTo(shape("select * from T where A = $$y$$ and b=0x1F -- y"));
    }

    @Test
    void kindsOfLiteralsAndNamesMakeOne() {
        assertThat(List.of(
                        "select 1",
                        "select 1.5",
                        "select '1'",
                        "select B'1'",
                        "select $1",
                        "select a",
                        "select \"A\"",
                        "select a.b"))
                .extracting(ShapeTest::shape)
                .doesNotHaveDuplicates();
    }

    @Test
    void listsOfConstantsAreOneWhateverTheirLength() {
        assertThat(shape("select 1 from t where a in (1, $2,'x')")).isEqualTo(shape("select 2 from t where a in ($1)"));
        assertThat(shape("select 1 from t where a in (1, b)")).isNotEqualTo(shape("select 1 from t where a in (1, c)"));
        assertThat(shape("insert into t values (1, 2)")).isNotEqualTo(shape("insert into t values (1)"));
    }

    @Test
    void nothingSecretIsLeft() {
        SqlStatement s = Classifier.split("  alter role r password 'geheim'").getFirst();
        assertThat(s.shape()).doesNotContain("geheim");
        assertThat(s.toString()).doesNotContain("geheim");
        assertThat(s.literals().toString()).doesNotContain("geheim");
        assertThat(s.literals()).extracting(SqlStatement.Literal::text).containsExactly("'geheim'");
    }

    @Test
    void passwordsAreReplacedWhereTheyStand() {
        String sql = "select 1; /* x */ create role \"a b\" password E'ge\\'heim' login";
        SqlStatement s = Classifier.split(sql).getLast();
        Classification.Ddl ddl =
                (Classification.Ddl) new Classifier(TestCatalog.postgres()::build).classify(s, TestCatalog.PUBLIC);
        assertThat(s.withPasswords(ddl.passwords(), p -> "<" + p + ">"))
                .isEqualTo("create role \"a b\" password '<ge''heim>' login");
        assertThat(ddl.toString()).doesNotContain("heim");
    }

    @Test
    void timestampsAreFoundWhereTheyStand() {
        SqlStatement s = Classifier.split(
                        "select 1; INSERT INTO orders (id, placed) VALUES (1, now ( ) ) RETURNING id ")
                .getLast();
        Classification.Write w =
                (Classification.Write) new Classifier(TestCatalog.postgres()::build).classify(s, TestCatalog.PUBLIC);
        StatementForm.Eligible form = (StatementForm.Eligible) w.form();
        assertThat(spans(s, form)).containsExactly("now ( ) true");
        assertThat(s.text().substring(0, s.lengthBefore(form.returning())))
                .isEqualTo("INSERT INTO orders (id, placed) VALUES (1, now ( ) )");
        SqlStatement history = Classifier.split(
                        "INSERT INTO pgbench_history (tid, mtime) VALUES ($1, CURRENT_TIMESTAMP)")
                .getFirst();
        w = (Classification.Write) new Classifier(TestCatalog.postgres()::build).classify(history, TestCatalog.PUBLIC);
        form = (StatementForm.Eligible) w.form();
        assertThat(spans(history, form)).containsExactly("CURRENT_TIMESTAMP false");
        assertThat(history.lengthBefore(form.returning()))
                .isEqualTo(history.text().length());
    }

    private static List<String> spans(SqlStatement s, StatementForm.Eligible form) {
        return s.spans(form.timestamps()).stream()
                .map(p -> s.text().substring(p.start(), p.end()) + " " + p.zoned())
                .toList();
    }
}

package io.understudy.classification;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Input made to cost: long, deep, repeated. Bounds on time are a hundred times what is needed; what is quadratic or worse exceeds them by far. */
class HostileInputTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Classification classified(String sql) {
        Classifier classifier = new Classifier(TestCatalog.postgres()::build);
        List<SqlStatement> statements = Classifier.split(sql);
        return statements.isEmpty()
                ? new Classification.Empty()
                : classifier.classify(statements.getFirst(), TestCatalog.PUBLIC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                "[",
                "f(",
                "CASE ",
                "NOT ",
                "- ",
                "(SELECT ",
                "SELECT 1 UNION ",
                "WITH a AS (",
                "ARRAY[",
                "EXISTS (",
                "1 + ",
                "a.",
                "::",
                "EXPLAIN ",
                "PREPARE a AS ",
                "CREATE TABLE a AS ",
                "COPY (",
                "BEGIN ATOMIC ",
                "DO $$ BEGIN ",
                "CALL f(",
                "DECLARE a CURSOR FOR ",
                ";",
                "/*",
                "$a",
                "$a$",
                "'",
                "\"",
                "E'\\",
                "U&\"",
                "1_",
                "@-",
                "\u0000",
                "\ud800"
            })
    void aHundredThousandTimesTheSame(String unit) {
        for (String before : List.of("", "SELECT ")) {
            Assertions.assertTimeoutPreemptively(PATIENCE, () -> classified(before + unit.repeat(100_000)));
        }
    }

    @Test
    void nestedAsDeeplyAsItIsTranslated() {
        for (String[] around : new String[][] {
            {"(", ")"},
            {"(1 + ", ")"},
            {"(SELECT ", ")"},
            {"f(", ")"},
            {"ARRAY[", "]"},
            {"ROW(1, ", ")"},
            {"CASE WHEN a THEN ", " END"},
            {"a IN (", ")"},
            {"(a BETWEEN 1 AND ", ")"},
            {"CAST(", " AS int)"},
            {"EXISTS (SELECT 1 WHERE ", ")"},
            {"f(1) OVER (ORDER BY ", ")"}
        }) {
            String sql = "SELECT " + around[0].repeat(58) + "1" + around[1].repeat(58);
            Assertions.assertTimeoutPreemptively(PATIENCE, () -> classified(sql), sql);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " AND a LIKE b",
                " AND a NOT LIKE b",
                " AND a BETWEEN b AND c",
                " AND a NOT BETWEEN b AND c",
                " LIKE a",
                " IN (b)",
                " AND a NOT IN (b)",
                " IS NULL",
                " = b",
                " || b",
                "::int",
                "[1]",
                " COLLATE \"C\"",
                " AT TIME ZONE b",
                " UNION SELECT 1",
                " OR a SIMILAR TO b ESCAPE c",
                " AND a IS DISTINCT FROM b",
                " AND EXISTS (SELECT 1)",
                " AND f(a) FILTER (WHERE b)",
                " = ANY (b)"
            })
    void longChainsAreParsedInTime(String link) {
        String sql = "SELECT 1 WHERE a" + link.repeat(1_500);
        Assertions.assertTimeoutPreemptively(PATIENCE, () -> classified(sql), link);
    }

    @Test
    void listsOfSchemasAreLookedAtOnce() {
        String names = ", understudy".repeat(100_000);
        Assertions.assertTimeoutPreemptively(PATIENCE, () -> {
            assertThat(classified("DROP TABLE IF EXISTS a" + names)).isInstanceOf(Classification.Ddl.class);
            assertThat(classified("DROP SCHEMA IF EXISTS a" + names)).isInstanceOf(Classification.Refused.class);
        });
        assertThat(classified("GRANT USAGE ON SCHEMA a, understudy TO b")).isInstanceOf(Classification.Refused.class);
        assertThat(classified("GRANT USAGE ON SCHEMA a TO b, understudy")).isInstanceOf(Classification.Ddl.class);
    }

    @Test
    void commentsAndLiteralsOfAMegabyteAreOneStatement() {
        String comment = "/*".repeat(250_000) + "*/".repeat(250_000);
        String literal = "$ab$" + "$a".repeat(250_000) + "$ $ab$";
        assertThat(Classifier.split("SELECT 1 " + comment + "; SELECT 2").size())
                .isEqualTo(2);
        assertThat(Classifier.split("SELECT " + literal + "; SELECT 2").size()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$a",
                "$a$",
                "$aa$a ",
                "'",
                "\"",
                "/*",
                "*/",
                "--",
                "-",
                "+",
                "@-",
                "'a'\n",
                "'a' --\n",
                "(",
                "$",
                "1_",
                "1e",
                "e'\\",
                "U&",
                "\u00e9",
                "a.",
                "begin atomic ",
                "0x",
                "..",
                ":=",
                "<>-",
                "'a'\n \n--x\n\n"
            })
    void charactersAreLookedAtAConstantNumberOfTimes(String unit) {
        String sql = unit.repeat(200_000 / unit.length());
        // Not a matter of the clock: what is counted are characters looked at, ahead or again.
        assertThat(Lexer.lookedAt(sql)).as(unit).isLessThan(6L * sql.length());
    }
}

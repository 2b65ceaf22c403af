package io.understudy.classification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LexerTest {

    private static String lexed(String sql) {
        Tokens t = Lexer.lex(sql, true);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < t.size(); i++) {
            all.add(t.raw(i));
        }
        return String.join(" ", all);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1*-1|1 * - 1",
                "1@-1|1 @- 1",
                "a<>-b|a <> - b",
                "a+--x|a +",
                "a*/*x*/b|a * b",
                "a/* x /* y */ z */b|a b",
                "1..10|1 .. 10",
                "1.5e10.5|1.5e10 .5",
                "1e|1 e",
                "0x1F+0b11|0x1F + 0b11",
                "1_000_0|1_000_0",
                "1_|1 _",
                "$1+$12|$1 + $12",
                "$a$ x $b$ $a$ y|$a$ x $b$ $a$ y",
                "$$;$$;|$$;$$ ;",
                "a$1$b|a$1$b",
                "E'a\\'b' 'c'|E'a\\'b' 'c'",
                "'a\\' 'b'|'a\\' 'b'",
                "'a''b'|'a''b'",
                "\"a\"\"b\"c|\"a\"\"b\" c",
                "U&\"\\0061\"|U&\"\\0061\"",
                "u&'x'|u&'x'",
                "n'x' B'1' X'f'|n'x' B'1' X'f'",
                "x::int:=5=>1|x :: int := 5 => 1",
                "a[1:2].b.*|a [ 1 : 2 ] . b . *",
                "été\u00a0x|été\u00a0x",
                "a->>'b'#>c|a ->> 'b' #> c",
                "\\d {x}|\\ d { x }",
            })
    void tokensAreAsPostgresHasThem(String sql, String expected) {
        assertThat(lexed(sql)).isEqualTo(expected);
    }

    @Test
    void literalsContinueOnTheNextLine() {
        assertThat(lexed("'a' \n 'b'")).isEqualTo("'a' \n 'b'");
        assertThat(lexed("'a' -- x\n 'b' c")).isEqualTo("'a' -- x\n 'b' c");
        assertThat(Lexer.lex("'a' \n 'b'", true).size()).isEqualTo(1);
        assertThat(Lexer.lex("'a' 'b'", true).size()).isEqualTo(2);
        assertThat(Lexer.lex("E'a'\n'\\';'", true).size()).isEqualTo(1);
        assertThat(Lexer.lex("'a'\n'\\';", true).size()).isEqualTo(2);
    }

    @Test
    void backslashesCountWithoutStandardStrings() {
        assertThat(Lexer.lex("'a\\';'", true).size()).isEqualTo(3);
        assertThat(Lexer.lex("'a\\';'", false).size()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"'a", "\"a", "$$a", "$x$ $y$", "/* /* */", "E'a\\'", "U&'a"})
    void theUnterminatedIsToldApart(String sql) {
        Tokens t = Lexer.lex(sql, true);
        assertThat(t.kind(t.size() - 1)).isEqualTo(TokenKind.UNTERMINATED);
        assertThat(t.end(t.size() - 1)).isEqualTo(sql.length());
    }

    @Test
    void anyInputIsCoveredByTokensWithNothingButBlanksAndCommentsBetween() {
        long seed = new Random().nextLong();
        System.out.println("LexerTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            String sql = round % 2 == 0 ? RandomSql.characters(random) : RandomSql.tokens(random);
            Tokens t = Lexer.lex(sql, random.nextBoolean());
            int covered = 0;
            for (int i = 0; i < t.size(); i++) {
                assertThat(t.start(i)).as("%s, seed %d", sql, seed).isGreaterThanOrEqualTo(covered);
                assertThat(t.end(i)).as("%s, seed %d", sql, seed).isGreaterThan(t.start(i));
                assertBlank(sql.substring(covered, t.start(i)), sql, seed);
                covered = t.end(i);
            }
            assertBlank(sql.substring(covered), sql, seed);
        }
    }

    private static void assertBlank(String gap, String sql, long seed) {
        String rest = gap.replaceAll("--[^\n\r]*", "");
        while (rest.contains("/*")) {
            String less = rest.replaceAll("(?s)/\\*((?!/\\*|\\*/).)*\\*/", "");
            assertThat(less).as("%s, seed %d", sql, seed).isNotEqualTo(rest);
            rest = less;
        }
        assertThat(rest.chars().allMatch(c -> " \t\n\r\f\u000b".indexOf(c) >= 0))
                .as("between tokens '%s' of '%s', seed %d", gap, sql, seed)
                .isTrue();
    }

    @Test
    void hostileInputTakesLinearTime() {
        String[] units = {
            "$a",
            "$a$",
            "'",
            "\"",
            "/*",
            "--",
            "-",
            "+",
            "'a'\n",
            "(",
            "$",
            "1_",
            "e'\\",
            "U&",
            "\u00e9",
            "a.",
            "begin atomic "
        };
        for (String unit : units) {
            long small = cost(unit, 20_000);
            long large = cost(unit, 400_000);
            // Twenty times the input; quadratic would be four hundred times the work.
            assertThat(large).as(unit).isLessThan(Math.max(small, 2_000_000) * 150);
        }
    }

    private static long cost(String unit, int count) {
        String sql = unit.repeat(count);
        return IntStream.range(0, 3)
                .mapToLong(i -> {
                    long start = System.nanoTime();
                    Classifier.split(sql);
                    return System.nanoTime() - start;
                })
                .min()
                .orElseThrow();
    }
}

package io.understudy.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowTextTest {
    private static final String ALPHABET = "a\"\\(), \t\n\rβ𝄞{}'";

    /** As record_out writes a row. */
    static String write(List<@Nullable String> fields) {
        StringBuilder row = new StringBuilder("(");
        for (int i = 0; i < fields.size(); i++) {
            row.append(i > 0 ? "," : "");
            String f = fields.get(i);
            if (f != null) {
                boolean quotes =
                        f.isEmpty() || f.chars().anyMatch(c -> "\"\\(),".indexOf(c) >= 0 || Character.isWhitespace(c));
                String escaped = f.replace("\\", "\\\\").replace("\"", "\"\"");
                row.append(quotes ? '"' + escaped + '"' : escaped);
            }
        }
        return row.append(')').toString();
    }

    @Test
    void randomRowsComeBack() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int n = 0; n < 20_000; n++) {
            List<@Nullable String> fields = new ArrayList<>();
            int columns = random.nextInt(6);
            for (int i = 0; i < columns; i++) {
                fields.add(field(random));
            }
            String row = write(fields);
            assertThat(RowText.fields(row, columns))
                    .as("seed %d: %s", seed, row)
                    .isEqualTo(fields);
        }
    }

    private static @Nullable String field(Random random) {
        if (random.nextInt(5) == 0) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(6);
        int[] alphabet = ALPHABET.codePoints().toArray();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString();
    }

    @Test
    void nullAndEmptyDiffer() {
        assertThat(RowText.fields("(,\"\",x)", 3)).isEqualTo(Arrays.asList(null, "", "x"));
        assertThat(RowText.fields("()", 1)).isEqualTo(Arrays.asList((String) null));
        assertThat(RowText.fields("()", 0)).isEmpty();
    }

    @Test
    void whatIsNoRowIsRefused() {
        for (String bad : List.of("", "(", "1,2", "(\"a)", "(a\\)", "(1,2,3)", "(1)")) {
            assertThatThrownBy(() -> RowText.fields(bad, 2)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }
}

package io.understudy.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.understudy.log.EntryFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartsTest {
    private final Parts parts = new Parts();

    private List<byte[]> split(int size) {
        byte[] message = new byte[size];
        new Random(size).nextBytes(message);
        List<byte[]> sent = new ArrayList<>();
        parts.split(message, sent::add);
        return sent;
    }

    @Test
    void aSmallMessageStaysWhole() {
        assertThat(split(Parts.PART_BYTES))
                .singleElement()
                .satisfies(part -> assertThat(part).hasSize(Parts.PART_BYTES));
    }

    @Test
    void aLargeOneComesBackWithItsLastPart() {
        int size = 3 * Parts.PART_BYTES + 5;
        List<byte[]> sent = split(size);
        assertThat(sent).hasSize(4);
        for (int i = 0; i < 3; i++) {
            assertThat(parts.join("n1", sent.get(i))).isNull();
        }
        byte[] expected = new byte[size];
        new Random(size).nextBytes(expected);
        assertThat(parts.join("n1", sent.get(3))).isEqualTo(expected);
    }

    @Test
    void sendersDoNotMixAndAGapThrowsTheMessageAway() {
        List<byte[]> one = split(2 * Parts.PART_BYTES);
        List<byte[]> other = split(2 * Parts.PART_BYTES + 1);
        assertThat(parts.join("n1", one.get(0))).isNull();
        assertThat(parts.join("n2", other.get(0))).isNull();
        assertThat(parts.join("n1", one.get(1))).isNotNull();
        assertThat(parts.join("n2", other.get(2))).isNull();
        assertThat(parts.join("n2", other.get(1))).isNull();
        parts.join("n3", one.get(0));
        parts.retain(List.of("n1"));
        assertThat(parts.join("n3", one.get(1))).isNull();
    }

    @Test
    void nonsenseIsRefused() {
        byte[] part = split(2 * Parts.PART_BYTES).getFirst();
        part[9] = -1;
        assertThatThrownBy(() -> parts.join("n1", part)).isInstanceOf(EntryFormatException.class);
    }
}

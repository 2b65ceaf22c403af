package io.understudy.demo.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteHistoryTest {
    private final WriteHistory<Integer> history = new WriteHistory<>();

    @Test
    void whatIsAcknowledgedAndEqualEverywhereIsFine() {
        write(1, 2, 3);
        history.attempt(4);
        history.attempt(5);
        assertThat(history.check(Map.of("a", List.of(1, 2, 3, 4), "b", List.of(4, 3, 2, 1))))
                .isEmpty();
    }

    @Test
    void aLostWriteIsFound() {
        write(1, 2, 3);
        assertThat(history.check(Map.of("a", List.of(1, 3))))
                .containsExactly("a lost, though acknowledged, 1 keys, such as [2]");
    }

    @Test
    void aDoubledWriteIsFound() {
        write(1, 2);
        assertThat(history.check(Map.of("a", List.of(1, 2, 2)))).containsExactly("a holds twice 1 keys, such as [2]");
    }

    @Test
    void anInventedWriteIsFound() {
        write(1);
        assertThat(history.check(Map.of("a", List.of(1, 9))))
                .containsExactly("a holds what nobody wrote: 1 keys, such as [9]");
    }

    @Test
    void anUnacknowledgedWriteMustBeTheSameEverywhere() {
        write(1);
        history.attempt(2);
        assertThat(history.check(Map.of("a", List.of(1, 2), "b", List.of(1))))
                .containsExactly("a holds, and b does not, 1 keys, such as [2]");
    }

    @Test
    void nothingLookedAtIsNotFine() {
        assertThat(history.check(Map.of())).isNotEmpty();
    }

    @Test
    void keysAreUsedOnceAndAttemptedFirst() {
        history.attempt(1);
        assertThatThrownBy(() -> history.attempt(1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> history.acknowledge(2)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Random good histories pass; each with one fault put in does not. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void oneFaultInARandomHistoryIsAlwaysFound(long seed) {
        Random random = new Random(seed);
        List<Integer> stored = new ArrayList<>();
        List<Integer> acknowledged = new ArrayList<>();
        for (int key = 0; key < 200; key++) {
            history.attempt(key);
            int fate = random.nextInt(10);
            if (fate > 1) {
                stored.add(key);
            }
            if (fate > 3) {
                history.acknowledge(key);
                acknowledged.add(key);
            }
        }
        Map<String, List<Integer>> held = new TreeMap<>();
        for (String node : List.of("a", "b", "c")) {
            List<Integer> keys = new ArrayList<>(stored);
            Collections.shuffle(keys, random);
            held.put(node, keys);
        }
        assertThat(history.check(held)).as("seed %d", seed).isEmpty();
        List<Integer> victim = List.copyOf(held.values()).get(random.nextInt(3));
        switch (random.nextInt(4)) {
            case 0 -> victim.remove(acknowledged.get(random.nextInt(acknowledged.size())));
            case 1 -> victim.add(victim.get(random.nextInt(victim.size())));
            case 2 -> victim.add(1000 + random.nextInt(1000));
            default -> {
                Integer lost = acknowledged.get(random.nextInt(acknowledged.size()));
                held.values().forEach(keys -> keys.remove(lost));
            }
        }
        assertThat(history.check(held)).as("seed %d", seed).isNotEmpty();
    }

    private void write(int... keys) {
        for (int key : keys) {
            history.attempt(key);
            history.acknowledge(key);
        }
    }
}

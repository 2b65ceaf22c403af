package io.understudy.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private final List<String> order = new ArrayList<>();

    private Rounds.Lane lane(String name) {
        return new Rounds.Lane() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public double run() {
                order.add(name);
                return order.size();
            }
        };
    }

    @Test
    void lanesTakeTurnsAndTheFirstRunOfEachIsNotCounted() throws IOException {
        Map<String, List<Double>> runs =
                Rounds.run(Stream.of("a", "b", "c").map(this::lane).toList(), 2);
        assertThat(order).containsExactly("a", "b", "c", "a", "b", "c", "b", "c", "a");
        assertThat(runs)
                .containsExactly(
                        Map.entry("a", List.of(4.0, 9.0)),
                        Map.entry("b", List.of(5.0, 7.0)),
                        Map.entry("c", List.of(6.0, 8.0)));
    }
}

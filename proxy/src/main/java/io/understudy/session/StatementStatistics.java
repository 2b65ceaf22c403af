package io.understudy.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.understudy.classification.Classification;
import io.understudy.classification.SqlStatement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * How often statements of each shape ran for clients of this node, for how long, and where. A shape has no literals, so nothing that users keep secret is in it. The {@value #SHAPES_MAX} that are
 * used most are remembered. Safe for use by many threads, none of which waits.
 */
public final class StatementStatistics {
    private static final int SHAPES_MAX = 2_000;
    private static final int LENGTH_MAX = 4_000;

    private final Cache<String, ShapeCounts> shapes =
            Caffeine.newBuilder().maximumSize(SHAPES_MAX).build();

    /**
     * Statements of one shape.
     *
     * @param calls by the node where they ran; empty for those that came to none
     * @param totalMicros from their arrival until their last answer, commits by themselves left out
     */
    public record Counted(
            String shape, String kind, Map<String, Long> calls, long errors, long totalMicros, long maxMicros) {
        public Counted {
            calls = Map.copyOf(calls);
        }
    }

    ShapeCounts of(SqlStatement statement, Classification c) {
        String shape = statement.shape();
        if (shape.length() > LENGTH_MAX) {
            shape = shape.substring(0, LENGTH_MAX) + "…";
        }
        ShapeCounts known = shapes.getIfPresent(shape);
        return known != null ? known : shapes.get(shape, s -> new ShapeCounts(s, c.kind()));
    }

    /** Those that took most time, that first. */
    public List<Counted> top(int max) {
        return shapes.asMap().values().stream()
                .map(ShapeCounts::counted)
                .filter(c -> !c.calls().isEmpty())
                .sorted(Comparator.comparingLong(Counted::totalMicros).reversed())
                .limit(max)
                .toList();
    }
}

package io.understudy.admin;

import java.util.List;
import java.util.Map;

/** What ran, by the shapes of statements. For any thread. */
@FunctionalInterface
public interface StatementFeed {

    /** @param own sent to this node alone; otherwise the other nodes are asked too, for at most a second or two */
    Statements statements(boolean own);

    /**
     * @param shapes those that took most time first
     * @param silent nodes that did not answer
     */
    record Statements(List<Shape> shapes, List<String> silent) {
        public Statements {
            shapes = List.copyOf(shapes);
            silent = List.copyOf(silent);
        }
    }

    /**
     * Statements of one shape since the proxies started.
     *
     * @param shape without literals
     * @param kind of its classification
     * @param errors how many of the calls failed
     * @param ranOn calls by the node where they ran
     */
    record Shape(
            String shape,
            String kind,
            long calls,
            long errors,
            long totalMicros,
            long maxMicros,
            Map<String, Long> ranOn) {
        public Shape {
            ranOn = Map.copyOf(ranOn);
        }
    }
}

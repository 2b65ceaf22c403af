package io.understudy.demo.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is wrong, by kind, each kind with a few examples. */
final class Findings {
    private static final int EXAMPLES_MAX = 5;

    private final Map<String, List<String>> byKind = new TreeMap<>();

    void add(String kind, Object example) {
        byKind.computeIfAbsent(kind, k -> new ArrayList<>()).add(String.valueOf(example));
    }

    /** For people, one a kind; empty if nothing is wrong. */
    List<String> lines() {
        return byKind.entrySet().stream()
                .map(e -> e.getKey() + ": " + e.getValue().size() + ", such as "
                        + e.getValue()
                                .subList(0, Math.min(EXAMPLES_MAX, e.getValue().size())))
                .toList();
    }
}

package io.understudy.classification;

import java.util.List;

/**
 * What is known of a statement, for people.
 *
 * @param cached whether its classification was there already
 * @param parser who understood it
 * @param fellBack why Calcite did not; empty if it did, or was not asked
 * @param functions what it calls by name, in order of names
 * @param timestamps how often it mentions now() or its kin
 */
public record Insight(
        Classification classification,
        boolean cached,
        Parser parser,
        String fellBack,
        List<CalledFunction> functions,
        boolean locksRows,
        boolean casts,
        int timestamps,
        String shape) {
    public Insight {
        functions = List.copyOf(functions);
    }

    /** Who understood a statement. */
    public enum Parser {
        CALCITE,
        /** Utility statements: their leading words say what they are. */
        KEYWORDS,
        /** Nobody: it counts as a write that may have done anything. */
        NOBODY
    }

    /**
     * A function.
     *
     * @param volatility of the most volatile one of that name: immutable, stable, volatile or unknown
     */
    public record CalledFunction(String name, String volatility, boolean builtIn) {}
}

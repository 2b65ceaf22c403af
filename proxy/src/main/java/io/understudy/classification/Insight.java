package io.understudy.classification;

import java.util.List;

/**
 * What is known of a statement, for people.
 *
 * @param cached whether its classification was there already
 * @param parser who understood it
 * @param fellBack why Calcite did not; empty if it did, or was not asked
 * @param named the tables that its text names; of queries and DML only
 * @param functions what it calls by name, in order of names
 * @param timestamps how often it mentions now() or its kin
 */
public record Insight(
        Classification classification,
        boolean cached,
        Parser parser,
        String fellBack,
        NamedTables named,
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
     * Tables by what is done to them, as the text has it: views and triggers are not looked through.
     *
     * @param command select, insert, update, delete or merge: what the statement does at its top
     * @param modifyingWith whether a WITH part of it modifies data
     */
    public record NamedTables(
            String command, boolean modifyingWith, List<TableReference> read, List<TableReference> written) {
        static final NamedTables NONE = new NamedTables("", false, List.of(), List.of());

        public NamedTables {
            read = List.copyOf(read);
            written = List.copyOf(written);
        }
    }

    /**
     * A function.
     *
     * @param volatility of the most volatile one of that name: immutable, stable, volatile or unknown
     */
    public record CalledFunction(String name, String volatility, boolean builtIn) {}
}

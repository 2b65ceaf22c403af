package io.understudy.log;

import java.util.List;

/**
 * What nodes sum up at a verification point.
 *
 * @param ranges of tables, none for no tables; but {@link #EVERYTHING}, which has none, means all
 * @param others sequences and the catalog too
 * @param parts into how many parts, by a hash of their keys, the rows of each range are divided, with a sum for each; 0: not divided
 * @param wanted of which of those parts every row is told; none: of none
 */
public record VerificationScope(List<Range> ranges, boolean others, int parts, List<Integer> wanted) {
    /** All tables, sequences and the catalog. */
    public static final VerificationScope EVERYTHING = new VerificationScope(List.of(), true, 0, List.of());

    public VerificationScope {
        ranges = List.copyOf(ranges);
        wanted = List.copyOf(wanted);
    }

    /**
     * A table, or the rows of it whose key is in a range.
     *
     * @param table qualified, quoted where necessary
     * @param key its column, quoted; empty: the whole table
     * @param type of the key, as SQL names it
     * @param after text of the greatest key that is not in the range any more; empty: from the first on
     * @param upTo text of the greatest key in the range; empty: to the last
     */
    public record Range(String table, String key, String type, String after, String upTo) {
        /** A whole table. */
        public static Range whole(String table) {
            return new Range(table, "", "", "", "");
        }

        /** For people, and as the name of its sum. */
        @Override
        public String toString() {
            if (key.isEmpty()) {
                return table;
            }
            return table + " where " + key + (after.isEmpty() ? "" : " > " + after)
                    + (after.isEmpty() || upTo.isEmpty() ? "" : " and")
                    + (upTo.isEmpty() ? "" : (after.isEmpty() ? "" : " " + key) + " <= " + upTo);
        }
    }
}

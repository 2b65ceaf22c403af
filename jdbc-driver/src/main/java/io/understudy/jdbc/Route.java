package io.understudy.jdbc;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a statement ran.
 *
 * @param node whose PostgreSQL executed it
 * @param reason why there, in lower case: {@code read}, {@code read_only_transaction}, {@code write}, {@code read_write_transaction}, {@code session_state}, {@code no_replica_caught_up}, …
 * @param index position in the statement log: of its commit, or the highest one that it can have seen
 */
public record Route(String node, String reason, long index) {

    /** @param report what a node reports: node, reason and index, separated by blanks */
    static Optional<Route> parse(@Nullable String report) {
        if (report == null) {
            return Optional.empty();
        }
        String[] parts = report.split(" ", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        return number(parts[2]).map(index -> new Route(parts[0], parts[1], index));
    }

    /** The index alone, without making a route; -1 if there is none. */
    static long indexOf(@Nullable String report) {
        return report == null
                ? -1
                : number(report.substring(report.lastIndexOf(' ') + 1)).orElse(-1L);
    }

    private static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}

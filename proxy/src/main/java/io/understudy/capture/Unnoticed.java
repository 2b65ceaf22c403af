package io.understudy.capture;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction did in functions and DO blocks for which PostgreSQL fires no event trigger.
 *
 * @param shared whether it changed roles, or something of the database as a whole
 * @param table one that it made and nothing captures, by EXPLAIN ANALYZE of CREATE TABLE AS
 * @param view a materialized one that it made or filled, by whatever
 */
public record Unnoticed(boolean shared, Optional<String> table, Optional<String> view) {
    private static final String ASK = "SELECT shared, made, filled FROM understudy.unnoticed()";

    /** Of the connection's transaction. */
    public static Unnoticed read(Queries connection) throws IOException, ServerError {
        @Nullable String[] row = connection.query(ASK).getFirst();
        return new Unnoticed("t".equals(row[0]), Optional.ofNullable(row[1]), Optional.ofNullable(row[2]));
    }
}

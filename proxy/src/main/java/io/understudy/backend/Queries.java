package io.understudy.backend;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The proxy's own questions, asked inside whatever transaction the connection is in. One round trip a call. Not safe for use by several threads. */
public interface Queries {

    /**
     * Runs one statement (prepared once per connection), parameters and results in text format.
     *
     * @return the rows; empty for a statement without any
     * @throws ServerError if the server answers with an error; the connection stays usable
     * @throws IOException if the connection is lost
     */
    List<@Nullable String[]> query(String sql, @Nullable String... parameters) throws IOException, ServerError;

    /**
     * Runs one statement with such parameters.
     *
     * @return the rows affected by its command tag, -1 if it has no count
     * @throws ServerError as {@link #query}
     * @throws IOException if the connection is lost, or a parameter cannot be written
     */
    long stream(String sql, List<LongText> parameters) throws IOException, ServerError;

    /** Statements sent together with one Sync and answered together. */
    Pipeline pipeline();
}

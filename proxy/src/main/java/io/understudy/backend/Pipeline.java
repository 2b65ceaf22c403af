package io.understudy.backend;

import io.understudy.log.LoggedStatement.Parameter;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements that travel to the server together. Each distinct SQL text is prepared once per connection. */
public interface Pipeline {

    /** Adds a statement with text parameters of open type. */
    Pipeline add(String sql, @Nullable String... parameters);

    /** Adds a statement with parameters as a client bound them. */
    Pipeline add(String sql, List<Parameter> parameters);

    int size();

    /**
     * Sends everything and waits for the answers; the pipeline is empty afterwards.
     *
     * @return per statement the rows affected or returned by its command tag, -1 where the tag has no count
     * @throws ServerError of the first statement that failed ({@link ServerError#statement()} is its place); later ones were not run
     */
    long[] run() throws IOException, ServerError;
}

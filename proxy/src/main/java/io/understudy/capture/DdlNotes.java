package io.understudy.capture;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;

/** What the proxy adds, on the client's connection and right after a DDL statement, to what the guard saw by itself. Immutable. */
public final class DdlNotes {
    private static final String NOTE = "SELECT understudy.note_ddl($1, $2)";
    private static final String IMAGE = "SELECT understudy.image($1)";

    private final String secret;

    public DdlNotes(String secret) {
        this.secret = secret;
    }

    /**
     * Records the place of a statement that fires no event trigger: CREATE ROLE, GRANT of a role and the like. Savepoints undo the note as they undo the statement.
     *
     * @param tag its command tag
     */
    public void sharedObject(Queries connection, String tag) throws IOException, ServerError {
        connection.query(NOTE, secret, tag);
    }

    /**
     * Records the whole contents of every permanent table that the last DDL statement made or altered, as a truncation followed by its rows: for statements
     * whose rows a replica would compute differently (CREATE TABLE AS, a volatile default, ALTER TYPE … USING).
     *
     * @return how many rows were recorded
     */
    public long image(Queries connection) throws IOException, ServerError {
        String rows = connection.query(IMAGE, secret).getFirst()[0];
        return rows == null ? 0 : Long.parseLong(rows);
    }
}

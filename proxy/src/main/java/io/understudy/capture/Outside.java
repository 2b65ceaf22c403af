package io.understudy.capture;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A statement that runs outside of any transaction, seen by the connection that runs it: what is noted before, and what replicas are to run when it has come to its end. Immutable.
 */
public final class Outside {
    private static final String BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
    private static final String PUT = "SELECT pg_catalog.set_config('default_transaction_read_only', $1, false),"
            + " pg_catalog.set_config('default_transaction_isolation', $2, false)";
    private static final String WAS = "SELECT pg_catalog.current_setting('default_transaction_read_only'),"
            + " pg_catalog.current_setting('default_transaction_isolation')";
    // Its transactions see what others did while it waited for its locks.
    private static final Defaults ITS_OWN = new Defaults("off", "read committed");
    private static final String NOTE = "SELECT understudy.outside_begin($1, $2::pg_catalog.uuid, $3,"
            + " pg_catalog.to_regclass($4)::pg_catalog.oid, pg_catalog.to_regclass($5)::pg_catalog.oid)";
    private static final String STATEMENTS = "SELECT * FROM understudy.outside_statements($1, $2::pg_catalog.uuid)";

    private final String secret;

    /** A connection's settings of default_transaction_read_only and default_transaction_isolation. */
    public record Defaults(String readOnly, String isolation) {}

    public Outside(String secret) {
        this.secret = secret;
    }

    /**
     * Notes, durably, that the connection is about to run it, and lets it write.
     *
     * @param kind create, drop, detach or reindex
     * @param object the index dropped or made anew, or the partition detached, as SQL; may be empty
     * @return what the connection's defaults were, to be put back by {@link #put}
     * @throws ServerError it is refused; nothing is noted or set, and the connection is in no transaction
     */
    public Defaults begin(Queries connection, UUID id, String kind, String object, String parent)
            throws IOException, ServerError {
        try {
            connection.query(BEGIN);
            connection.query(
                    NOTE,
                    secret,
                    id.toString(),
                    kind,
                    object.isEmpty() ? null : object,
                    parent.isEmpty() ? null : parent);
            // Within: whoever is cancelled here has neither noted nor set anything.
            @Nullable String[] row = connection.query(WAS).getFirst();
            Defaults were = new Defaults(Objects.requireNonNull(row[0]), Objects.requireNonNull(row[1]));
            put(connection, ITS_OWN);
            connection.query("COMMIT");
            return were;
        } catch (ServerError e) {
            rollBack(connection);
            throw e;
        }
    }

    private static void rollBack(Queries connection) throws IOException {
        try {
            connection.query("ROLLBACK");
        } catch (ServerError e) {
            throw new IOException("it could not be rolled back: " + e.getMessage(), e);
        }
    }

    /** Sets a connection's defaults. */
    public void put(Queries connection, Defaults defaults) throws IOException, ServerError {
        connection.query(PUT, defaults.readOnly(), defaults.isolation());
    }

    /** Opens the transaction of its entry, in which the note is deleted. @return what replicas are to run; empty if it changed nothing that they have */
    public List<String> statements(Queries connection, UUID id) throws IOException, ServerError {
        connection.query(BEGIN);
        return connection.query(STATEMENTS, secret, id.toString()).stream()
                .map(row -> Objects.requireNonNull(row[0]))
                .toList();
    }
}

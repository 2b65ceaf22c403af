package io.understudy.capture;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * A statement that runs outside of any transaction, seen by the connection that runs it: what is noted before, and what replicas are to run when it has come to its end. Immutable.
 */
public final class Outside {
    private static final String BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
    private static final String WRITABLE = "SELECT pg_catalog.set_config('default_transaction_read_only', $1, false)";
    private static final String WAS = "SELECT pg_catalog.current_setting('default_transaction_read_only')";
    private static final String NOTE = "SELECT understudy.outside_begin($1, $2::pg_catalog.uuid, $3,"
            + " pg_catalog.to_regclass($4)::pg_catalog.oid, pg_catalog.to_regclass($5)::pg_catalog.oid)";
    private static final String STATEMENTS = "SELECT * FROM understudy.outside_statements($1, $2::pg_catalog.uuid)";

    private final String secret;

    public Outside(String secret) {
        this.secret = secret;
    }

    /**
     * Notes, durably, that the connection is about to run it, and lets it write.
     *
     * @param kind create, drop or detach
     * @param object the index dropped or the partition detached, as SQL; may be empty
     * @return the connection's setting of default_transaction_read_only, to be put back by {@link #put}
     */
    public String begin(Queries connection, UUID id, String kind, String object, String parent)
            throws IOException, ServerError {
        connection.query(BEGIN);
        connection.query(
                NOTE, secret, id.toString(), kind, object.isEmpty() ? null : object, parent.isEmpty() ? null : parent);
        connection.query("COMMIT");
        String was = Objects.requireNonNull(connection.query(WAS).getFirst()[0]);
        put(connection, "off");
        return was;
    }

    /** Sets default_transaction_read_only. */
    public void put(Queries connection, String readOnly) throws IOException, ServerError {
        connection.query(WRITABLE, readOnly);
    }

    /** Opens the transaction of its entry, in which the note is deleted. @return what replicas are to run; empty if it changed nothing that they have */
    public List<String> statements(Queries connection, UUID id) throws IOException, ServerError {
        connection.query(BEGIN);
        return connection.query(STATEMENTS, secret, id.toString()).stream()
                .map(row -> Objects.requireNonNull(row[0]))
                .toList();
    }
}

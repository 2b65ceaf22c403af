package io.understudy.backend;

import io.understudy.wire.ErrorFields;
import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** There is no usable connection to a server: it cannot be reached, refused the login, ended the session, or its pool is exhausted. */
public final class BackendUnavailable extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient ErrorFields fields;
    private final boolean fromServer;

    private BackendUnavailable(ErrorFields fields, boolean fromServer, @Nullable Throwable cause) {
        super(fields.sqlState() + " " + fields.message(), cause);
        this.fields = fields;
        this.fromServer = fromServer;
    }

    /** The server said so itself. */
    static BackendUnavailable said(ErrorFields fields, @Nullable Throwable cause) {
        return new BackendUnavailable(fields, true, cause);
    }

    /** The server could not be reached, or was lost. */
    /** A connection turned out to be lost when it was to be used. */
    public static BackendUnavailable lost(ServerAddress server, Throwable cause) {
        return unreachable(server, cause);
    }

    static BackendUnavailable unreachable(ServerAddress server, @Nullable Throwable cause) {
        String why = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
        return new BackendUnavailable(
                ErrorFields.fatal("08006", "could not connect to server " + server + why, ""), false, cause);
    }

    static BackendUnavailable exhausted(ServerAddress server, String user, int size, long waitedMillis) {
        String message = "all " + size + " connections of role \"" + user + "\" to server " + server + " are in use";
        return new BackendUnavailable(
                ErrorFields.fatal("53300", message + " (waited " + waitedMillis + " ms)", ""), false, null);
    }

    /** A copy whose stack trace is the present caller's. */
    BackendUnavailable again() {
        return new BackendUnavailable(fields, fromServer, this);
    }

    /** To be passed on to a client; SQLSTATE 08006 where the server gave no error of its own. */
    public ErrorFields fields() {
        return fields;
    }

    public String sqlState() {
        return fields.sqlState();
    }

    /** Whether {@link #fields} are the server's own words. */
    public boolean fromServer() {
        return fromServer;
    }
}

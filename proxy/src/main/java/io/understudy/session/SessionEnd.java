package io.understudy.session;

import io.understudy.wire.ErrorFields;
import java.io.Serial;

/** The session cannot go on: the client is told by a FATAL error and the connection is closed. */
final class SessionEnd extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient ErrorFields fields;

    SessionEnd(String sqlState, String message, String hint) {
        super(message, null, false, false);
        this.fields = ErrorFields.fatal(sqlState, message, hint);
    }

    ErrorFields fields() {
        return fields;
    }
}

package io.understudy.authentication;

import io.understudy.wire.ErrorFields;
import java.io.Serial;

/** A client's SCRAM message cannot be accepted; the words are those clients know from PostgreSQL. */
final class ScramRefused extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient ErrorFields fields;

    ScramRefused(String sqlState, String message, String detail) {
        super(message);
        ErrorFields f = ErrorFields.fatal(sqlState, message, "");
        fields = detail.isEmpty() ? f : f.with('D', detail);
    }

    static ScramRefused malformed(String detail) {
        return new ScramRefused("08P01", "malformed SCRAM message", detail);
    }

    ErrorFields fields() {
        return fields;
    }
}

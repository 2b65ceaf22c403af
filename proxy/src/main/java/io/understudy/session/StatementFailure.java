package io.understudy.session;

import io.understudy.wire.ErrorFields;
import java.io.Serial;

/** A statement failed for a reason the client is told; its session goes on. */
final class StatementFailure extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient ErrorFields fields;

    StatementFailure(ErrorFields fields) {
        super(fields.sqlState() + " " + fields.message(), null, false, false);
        this.fields = fields;
    }

    StatementFailure(String sqlState, String message, String hint) {
        this(ErrorFields.error(sqlState, message, hint));
    }

    ErrorFields fields() {
        return fields;
    }
}

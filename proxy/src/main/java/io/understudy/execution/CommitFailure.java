package io.understudy.execution;

import io.understudy.wire.ErrorFields;
import java.io.Serial;

/** A write transaction could not go on; what its client is told is in {@link #fields}. */
public final class CommitFailure extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient ErrorFields fields;

    public CommitFailure(ErrorFields fields) {
        super(fields.sqlState() + " " + fields.message(), null, false, false);
        this.fields = fields;
    }

    public ErrorFields fields() {
        return fields;
    }
}

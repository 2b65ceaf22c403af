package io.understudy.backend;

import io.understudy.wire.ErrorFields;
import java.io.Serial;

/** PostgreSQL's own error answer to one of the proxy's statements. */
public final class ServerError extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient ErrorFields fields;
    private final int statement;

    public ServerError(ErrorFields fields, int statement) {
        super(fields.sqlState() + " " + fields.message());
        this.fields = fields;
        this.statement = statement;
    }

    public ErrorFields fields() {
        return fields;
    }

    public String sqlState() {
        return fields.sqlState();
    }

    /** Place of the failed statement in its pipeline, from 0. */
    public int statement() {
        return statement;
    }
}

package io.understudy.session;

import io.understudy.wire.ErrorFields;
import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A connection to PostgreSQL or to the master's proxy was lost while it was in use. */
final class BackendGone extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient @Nullable ErrorFields lastWords;

    BackendGone(@Nullable ErrorFields lastWords, IOException cause) {
        super(cause.getMessage(), cause);
        this.lastWords = lastWords;
    }

    /** The FATAL error the server sent before it closed, if it did. */
    @Nullable
    ErrorFields lastWords() {
        return lastWords;
    }
}

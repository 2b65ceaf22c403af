package io.understudy.catalog;

import java.io.Serial;

/** This PostgreSQL server cannot serve as a node's; the message says why and what would help. */
public final class UnsuitableServerException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    UnsuitableServerException(String message) {
        super(message);
    }
}

package io.understudy.capture;

import java.io.Serial;

/** An image does not fit the shape at hand, or there is none: the shapes are to be read on the transaction's own connection. */
public final class StaleShapeException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    public StaleShapeException(String message) {
        super(message);
    }
}

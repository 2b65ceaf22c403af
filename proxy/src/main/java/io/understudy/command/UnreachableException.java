package io.understudy.command;

import java.io.IOException;
import java.io.Serial;

/** No node answers. */
public final class UnreachableException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    UnreachableException(String message) {
        super(message);
    }
}

package io.understudy.classification;

import java.io.Serial;

/** A statement is not understood; the message is one of a small number of reasons, fit to be counted by. */
final class Unsupported extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    Unsupported(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}

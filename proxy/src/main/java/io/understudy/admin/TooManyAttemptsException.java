package io.understudy.admin;

import java.io.Serial;
import java.time.Duration;

/** Too many wrong passwords came from that address. */
final class TooManyAttemptsException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final long seconds;

    TooManyAttemptsException(Duration wait) {
        super("too many wrong passwords came from your address; wait " + (wait.toSeconds() + 1) + " s");
        this.seconds = wait.toSeconds() + 1;
    }

    /** How long to wait, at least 1. */
    long seconds() {
        return seconds;
    }
}

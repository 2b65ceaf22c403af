package io.understudy.session;

import java.io.IOException;
import java.io.Serial;

/** The client's connection failed: its session ends; the backend must be cleaned up. */
final class ClientGone extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient IOException io;

    ClientGone(IOException io) {
        super(io.getMessage(), io, false, false);
        this.io = io;
    }

    IOException getIOException() {
        return io;
    }
}

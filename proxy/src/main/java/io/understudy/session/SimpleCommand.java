package io.understudy.session;

import io.understudy.backend.Backend;
import io.understudy.wire.ErrorFields;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.BiConsumer;

/** A command of the proxy's own on a client's backend, its answer not for the client. */
final class SimpleCommand {
    private SimpleCommand() {}

    /** Sends it and waits for its end. @return the error if it failed */
    static Optional<ErrorFields> run(Backend b, String sql) throws BackendGone {
        return run(b, sql, OutputStream.nullOutputStream());
    }

    /** @param unasked gets the notices and notifications that come with it */
    static Optional<ErrorFields> run(Backend b, String sql, OutputStream unasked) throws BackendGone {
        try {
            send(b, sql);
            return finish(b, unasked);
        } catch (IOException e) {
            throw new BackendGone(null, e);
        }
    }

    /** Waits for the end of what was sent. @return the error if it failed */
    static Optional<ErrorFields> finish(Backend b, OutputStream unasked) throws BackendGone {
        return finish(b, unasked, (name, value) -> {});
    }

    /** @param told also gets the settings that are reported meanwhile */
    static Optional<ErrorFields> finish(Backend b, OutputStream unasked, BiConsumer<String, String> told)
            throws BackendGone {
        try {
            b.out().flush();
            ErrorFields error = null;
            while (true) {
                int type = b.in().next();
                switch (type) {
                    case -1 -> throw new EOFException("connection closed");
                    case 'E' -> {
                        ErrorFields e = ErrorFields.read(b.in());
                        if (e.isFatal()) {
                            throw new BackendGone(e, new EOFException(e.message()));
                        }
                        error = error == null ? e : error;
                    }
                    case 'N', 'A' -> unasked.write(b.in().copy());
                    case 'S' -> {
                        String name = b.in().string();
                        String value = b.in().string();
                        b.reported(name, value);
                        told.accept(name, value);
                    }
                    case 'Z' -> {
                        return Optional.ofNullable(error);
                    }
                    default -> b.in().skip();
                }
            }
        } catch (IOException e) {
            throw new BackendGone(null, e);
        }
    }

    static void send(Backend b, String sql) throws IOException {
        b.out().begin('Q').string(sql, b.charset()).end();
    }
}

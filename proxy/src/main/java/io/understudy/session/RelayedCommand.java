package io.understudy.session;

import io.understudy.backend.Backend;
import io.understudy.log.TransactionToken;
import io.understudy.wire.ErrorFields;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** A command at the master's proxy whose answer also carries the causal token. */
final class RelayedCommand {
    private RelayedCommand() {}

    static Optional<ErrorFields> run(Backend b, String sql, Relay.Watch w, OutputStream unasked) throws BackendGone {
        try {
            SimpleCommand.send(b, sql);
            b.out().flush();
            ErrorFields error = null;
            while (true) {
                int type = b.in().next();
                switch (type) {
                    case -1 -> throw new EOFException("connection closed");
                    case 'E' -> {
                        error = ErrorFields.read(b.in());
                        if (error.isFatal()) {
                            throw new BackendGone(error, new EOFException(error.message()));
                        }
                    }
                    case 'N', 'A' -> unasked.write(b.in().copy());
                    case 'S' -> {
                        String name = b.in().string();
                        String value = b.in().string();
                        b.reported(name, value);
                        if (name.equals(Reports.TOKEN)) {
                            w.token = Long.parseLong(value);
                        } else if (name.equals(Reports.SEEN)) {
                            w.seen = Long.parseLong(value);
                        } else if (name.equals(Reports.TRANSACTION)) {
                            w.transaction = TransactionToken.parse(value);
                        }
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
}

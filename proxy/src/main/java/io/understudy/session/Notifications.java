package io.understudy.session;

import io.understudy.backend.Backend;
import io.understudy.wire.MessageOutput;
import java.io.EOFException;
import java.io.IOException;

/** What a server says to an idle session that LISTENs. */
final class Notifications {
    private Notifications() {}

    static void pass(Backend b, MessageOutput out) throws IOException, SessionEnd {
        boolean any = false;
        try {
            while (b.in().ready()) {
                int type = b.in().next();
                if (type < 0) {
                    throw new EOFException("connection closed");
                }
                if (type == 'A' || type == 'N') {
                    any = true;
                    b.in().copyTo(out);
                } else {
                    b.in().skip();
                }
            }
        } catch (IOException e) {
            throw new SessionEnd(
                    "57P01", "terminating connection: the server connection that listened is lost", "Connect again.");
        }
        if (any) {
            out.flush();
        }
    }
}

package io.understudy.session;

import io.understudy.wire.MessageOutput;
import io.understudy.wire.MessageType;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Passes on what a server says while the proxy ends a client's transaction: notices of deferred triggers, notifications. A client that cannot be written to does not keep the
 * transaction from ending; it is missed at the next message for it.
 */
final class Unasked extends OutputStream {
    private final MessageOutput client;

    Unasked(MessageOutput client) {
        this.client = client;
    }

    /** @param message a whole one */
    void take(byte[] message) {
        if (message[0] == MessageType.NOTICE || message[0] == MessageType.NOTIFICATION) {
            try {
                client.write(message, 0, message.length);
            } catch (IOException e) {
                // it has gone
            }
        }
    }

    @Override
    public void write(byte[] message) {
        take(message);
    }

    @Override
    public void write(int b) {
        throw new UnsupportedOperationException("whole messages only");
    }
}

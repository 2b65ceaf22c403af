package io.understudy.session;

import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageType;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** Finds out whether a client is still there while it waits for an answer. For the session's own thread, between two of its messages. */
final class Presence {
    private static final int LOOK_MILLIS = 1;

    private final Socket socket;
    private final MessageInput in;

    Presence(Socket socket, MessageInput in) {
        this.socket = socket;
        this.in = in;
    }

    /**
     * Whether nobody waits for the answer any more. A client that has sent whole messages more before it closed its connection, other than its good-bye, is served: it may
     * want nothing but that they are executed.
     */
    boolean gone() {
        try {
            socket.setSoTimeout(LOOK_MILLIS);
            try {
                while (in.roomAhead()) {
                    if (!in.read()) {
                        return nothingToDo();
                    }
                }
                return false;
            } catch (SocketTimeoutException e) {
                return false;
            } finally {
                socket.setSoTimeout(0);
            }
        } catch (IOException e) {
            return true;
        }
    }

    private boolean nothingToDo() {
        return !in.buffered() || in.typeAhead() == MessageType.TERMINATE;
    }
}

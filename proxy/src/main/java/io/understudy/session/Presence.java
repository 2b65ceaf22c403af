package io.understudy.session;

import io.understudy.backend.Backend;
import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageType;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a client is still there while a server works for it: a statement may run for hours, or wait for a lock that its client's own next statement would
 * release, but not for a client that has gone.
 *
 * <h2>Threads</h2>
 * The session's own says when it waits for a server and when no longer; another one looks meanwhile. A wait costs two uncontended swaps: a time-out
 * on each read would cost a timer.
 */
final class Presence {
    /** How long a server may be silent before it is asked whether the client still is there. */
    static final Duration SILENCE = Duration.ofSeconds(1);

    private static final int LOOK_MILLIS = 1;
    private static final long PAUSE_NANOS = 100_000;

    private enum State {
        AT_WORK,
        WAITING,
        /** Another thread reads from the client. */
        LOOKED_AT,
        GONE
    }

    private final Socket socket;
    private final MessageInput in;
    private final AtomicReference<State> state = new AtomicReference<>(State.AT_WORK);

    /** Both written before the state that makes them another thread's to read. */
    private long since;

    private @Nullable Backend server;

    Presence(Socket socket, MessageInput in) {
        this.socket = socket;
        this.in = in;
    }

    /** From now on this session waits for that server, and does nothing else. */
    void waitsFor(Backend backend) {
        since = System.nanoTime();
        server = backend;
        state.set(State.WAITING);
    }

    /**
     * The wait is over, or was ended.
     *
     * @return whether the client was there when last looked for; if not, nothing is read from the server any more
     */
    boolean goesOn() {
        while (!state.compareAndSet(State.WAITING, State.AT_WORK)) {
            if (state.get() == State.GONE) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    /** Ends the session's wait if it has lasted for long and nobody is there who wants to know its outcome. */
    void look(long now) {
        if (state.get() != State.WAITING || !state.compareAndSet(State.WAITING, State.LOOKED_AT)) {
            return;
        }
        State found = State.WAITING;
        Backend waitedFor = server;
        try {
            if (now - since > SILENCE.toNanos() && waitedFor != null && gone()) {
                found = State.GONE;
                waitedFor.endReads();
            }
        } finally {
            state.set(found);
        }
    }

    /**
     * Whether nobody waits for the answer any more. A client that has sent whole messages more before it closed its connection, other than its good-bye, is served: it may
     * want nothing but that they are executed.
     */
    private boolean gone() {
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

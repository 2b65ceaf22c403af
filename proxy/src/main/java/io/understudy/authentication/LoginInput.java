package io.understudy.authentication;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** A client's bytes, with a bound on the time until the whole login is done, however slowly it trickles. For one thread. */
public final class LoginInput extends InputStream {
    private final Socket socket;
    private final InputStream in;
    private long deadlineNanos;
    private boolean bounded;

    /** @param timeout from now until {@link #done} */
    public LoginInput(Socket socket, Duration timeout) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.deadlineNanos = System.nanoTime() + timeout.toNanos();
        this.bounded = true;
    }

    /** The login is over; reads may take for ever from now on. */
    public void done() throws IOException {
        bounded = false;
        socket.setSoTimeout(0);
    }

    @Override
    public int read() throws IOException {
        bound();
        return in.read();
    }

    /** @throws SocketTimeoutException when the login takes too long */
    @Override
    public int read(byte[] b, int off, int n) throws IOException {
        bound();
        return in.read(b, off, n);
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    private void bound() throws IOException {
        if (bounded) {
            long left = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("login takes too long");
            }
            socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
        }
    }
}

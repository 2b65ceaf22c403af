package io.understudy.tls;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A connection between nodes for who wants an ordinary socket. It is the plain one; what is read and written goes through the encryption over it. Hands are shaken within a bound, and closing waits for
 * nobody: neither is so with an {@link SSLSocket}, whose {@code close} waits for a writer that may be stuck.
 */
final class NodeSocket extends Socket {
    private static final int RECORD_BYTES_MAX = 17 << 10;
    /** First byte of encryption. */
    private static final int HANDSHAKE = 0x16;

    /** What goes to several nodes goes to one after another: who does not answer must not make this one silent to the others. */
    private static final Duration CONNECTING_MAX = Duration.ofMillis(1500);

    private static final Duration ACCEPTING_MAX = Duration.ofSeconds(10);

    private final NodeTls tls;
    private final Duration connectingMax;
    /** Of {@link System#nanoTime}, while hands are being shaken. */
    private volatile long deadline;

    private volatile boolean shaken;
    private volatile @Nullable SSLSocket over;

    NodeSocket(NodeTls tls) {
        this(tls, CONNECTING_MAX);
    }

    /** @param connectingMax for shaking hands when it connects */
    NodeSocket(NodeTls tls, Duration connectingMax) {
        this.tls = tls;
        this.connectingMax = connectingMax;
    }

    @Override
    public void connect(SocketAddress to, int millis) throws IOException {
        super.connect(to, millis);
        try {
            begin(connectingMax);
            InetAddress address = super.getInetAddress();
            over = tls.over(below(ahead()), address.getHostAddress(), super.getPort());
            end();
        } catch (IOException e) {
            tls.refusals().failed(super.getInetAddress(), super.getPort(), e);
            close();
            throw e;
        }
    }

    /**
     * As {@link #connect} on the other side.
     *
     * @return false: nothing was said, as by those who look only whether somebody listens
     */
    boolean accepted() throws IOException {
        begin(ACCEPTING_MAX);
        InputStream in = ahead();
        in.mark(1);
        int first = in.read();
        if (first < 0) {
            return false;
        }
        if (first != HANDSHAKE) {
            throw new Refusals.PlainException();
        }
        in.reset();
        SSLSocket socket = tls.context().over(below(in), new byte[0]);
        socket.startHandshake();
        over = socket;
        end();
        return true;
    }

    /** A record's head costs no system call of its own. */
    private InputStream ahead() throws IOException {
        return new BufferedInputStream(new Bounded(super.getInputStream()), RECORD_BYTES_MAX);
    }

    private void begin(Duration max) {
        deadline = System.nanoTime() + max.toNanos();
    }

    private void end() throws SocketException {
        shaken = true;
        super.setSoTimeout(0);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new Decrypted(secure().getInputStream());
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new Encrypting(secure().getOutputStream());
    }

    private SSLSocket secure() throws SocketException {
        SSLSocket socket = over;
        if (socket == null) {
            throw new SocketException("not encrypted yet");
        }
        return socket;
    }

    private Below below(InputStream in) throws IOException {
        return new Below(this, in, super.getOutputStream());
    }

    private void bound(int millis) throws SocketException {
        super.setSoTimeout(millis);
    }

    /** While hands are shaken no read waits beyond the end of the time for that. */
    private final class Bounded extends FilterInputStream {
        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] b, int off, int n) throws IOException {
            if (!shaken) {
                long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                if (left <= 0) {
                    throw new SocketTimeoutException("Read timed out");
                }
                bound(Math.toIntExact(left));
            }
            return in.read(b, off, n);
        }
    }

    private final class Decrypted extends FilterInputStream {
        Decrypted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            try {
                return in.read();
            } catch (SSLException e) {
                throw told(e);
            }
        }

        @Override
        public int read(byte[] b, int off, int n) throws IOException {
            try {
                return in.read(b, off, n);
            } catch (SSLException e) {
                throw told(e);
            }
        }

        /** By TLS 1.3 who connects hears only now that he was refused. */
        private SocketException told(SSLException e) {
            if (!isClosed()) {
                tls.refusals().failed(getInetAddress(), getPort(), e);
            }
            SocketException lost = new SocketException("connection lost: " + e.getMessage());
            lost.initCause(e);
            return lost;
        }

        @Override
        public void close() throws IOException {
            NodeSocket.this.close();
        }
    }

    private final class Encrypting extends FilterOutputStream {
        Encrypting(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] b, int off, int n) throws IOException {
            out.write(b, off, n);
        }

        @Override
        public void close() throws IOException {
            NodeSocket.this.close();
        }
    }

    /** Nothing more will come or go, as closing will say. */
    private static final class Below extends Beneath {
        Below(NodeSocket whole, InputStream in, OutputStream out) {
            super(whole, in, out);
        }

        @Override
        public void shutdownInput() {}

        @Override
        public void shutdownOutput() {}
    }
}

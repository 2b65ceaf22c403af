package io.understudy.authentication;

import io.understudy.tls.ServerContext;
import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageOutput;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection from its first byte on: plain, and encrypted after {@link #encrypt}. For one thread; only {@link #socket} may be closed by others.
 */
public final class ClientConnection implements AutoCloseable {
    /** A whole record of TLS, so that its head is not read by a system call of its own. */
    private static final int RECORD_BYTES_MAX = 17 << 10;

    private final Socket socket;
    private final LoginInput login;
    private MessageInput in;
    private MessageOutput out;
    private @Nullable SSLSocket encrypted;
    private Optional<byte[]> endPoint = Optional.empty();
    private boolean ofNode;

    /** @param loginMax from now until {@link #loggedIn} */
    public ClientConnection(Socket socket, Duration loginMax) throws IOException {
        this.socket = socket;
        this.login = new LoginInput(socket, loginMax);
        this.in = new MessageInput(login);
        this.out = new MessageOutput(socket.getOutputStream());
    }

    /** The connection itself, below any encryption: for time-outs of reads, and for closing it at once. */
    public Socket socket() {
        return socket;
    }

    /** Another one after {@link #encrypt}. */
    public MessageInput in() {
        return in;
    }

    /** Another one after {@link #encrypt}. */
    public MessageOutput out() {
        return out;
    }

    /** The login is over; reads may take for ever from now on. */
    public void loggedIn() throws IOException {
        login.done();
    }

    /**
     * Agrees with the client on keys. What was read ahead is the beginning of that.
     *
     * @return what it said by ALPN that it will speak inside; empty if it said nothing
     * @throws IOException if they cannot agree
     */
    String encrypt(ServerContext context) throws IOException {
        SSLSocket over =
                context.over(new Below(socket, new BufferedInputStream(login, RECORD_BYTES_MAX)), in.takeAhead());
        over.startHandshake();
        encrypted = over;
        endPoint = context.endPoint();
        ofNode = context.isOfNodes();
        in = new MessageInput(over.getInputStream());
        out = new MessageOutput(over.getOutputStream());
        return over.getApplicationProtocol();
    }

    public boolean isEncrypted() {
        return encrypted != null;
    }

    /** Whether a node is at the other end: by its certificate, and nobody between can read or change what it says. */
    public boolean isOfNode() {
        return ofNode;
    }

    /** What the client has shown and the authority for clients has signed; empty if it has shown none. */
    public Optional<X509Certificate> certificate() {
        SSLSocket over = encrypted;
        if (over == null) {
            return Optional.empty();
        }
        try {
            return over.getSession().getPeerCertificates()[0] instanceof X509Certificate own
                    ? Optional.of(own)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    /** By which a login can be bound to this connection; empty if it cannot. */
    public Optional<byte[]> endPoint() {
        return endPoint;
    }

    /** Says good-bye, where that is usual, and closes. */
    @Override
    public void close() throws IOException {
        try (socket) {
            SSLSocket over = encrypted;
            if (over != null && !socket.isClosed()) {
                over.shutdownOutput();
            }
        }
    }

    /** What the encryption takes for the connection below it: reads are bounded by the login's time, and are made ahead. */
    private static final class Below extends Socket {
        private final Socket socket;
        private final InputStream in;

        Below(Socket socket, InputStream in) {
            this.socket = socket;
            this.in = in;
        }

        @Override
        public InputStream getInputStream() {
            return in;
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return socket.getOutputStream();
        }

        @Override
        public boolean isConnected() {
            return socket.isConnected();
        }

        @Override
        public boolean isBound() {
            return socket.isBound();
        }

        @Override
        public boolean isClosed() {
            return socket.isClosed();
        }

        @Override
        public boolean isInputShutdown() {
            return socket.isInputShutdown();
        }

        @Override
        public boolean isOutputShutdown() {
            return socket.isOutputShutdown();
        }

        @Override
        public void shutdownInput() throws IOException {
            socket.shutdownInput();
        }

        @Override
        public void shutdownOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public @Nullable InetAddress getInetAddress() {
            return socket.getInetAddress();
        }

        @Override
        public int getPort() {
            return socket.getPort();
        }

        @Override
        public int getSoLinger() throws SocketException {
            return socket.getSoLinger();
        }

        @Override
        public int getSoTimeout() throws SocketException {
            return socket.getSoTimeout();
        }

        @Override
        public void setSoTimeout(int millis) throws SocketException {
            socket.setSoTimeout(millis);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}

package io.understudy.backend;

import io.understudy.tls.Beneath;
import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The socket under a pgjdbc connection. Bytes from the server go through one {@link MessageInput}, of which pgjdbc reads message by message: between
 * two of its commands nothing is held back in pgjdbc's own buffer, so raw and pgjdbc traffic can alternate.
 */
final class RelaySocket extends Socket {
    private final Dialogue dialogue;
    private final Duration connectTimeout;
    private final Duration loginTimeout;
    private final ServerEncryption encryption;
    private final MessageInput in;
    private final MessageOutput out;
    private final InputStream driverIn;
    private final OutputStream driverOut;
    private volatile @Nullable SSLSocket encrypted;

    RelaySocket(Dialogue dialogue, ServerEncryption encryption, Duration connectTimeout, Duration loginTimeout) {
        this.dialogue = dialogue;
        this.encryption = encryption;
        this.connectTimeout = connectTimeout;
        this.loginTimeout = loginTimeout;
        in = new MessageInput(new Raw());
        out = new MessageOutput(new RawOutput());
        driverIn = new DriverInput(dialogue, in, out);
        driverOut = new DriverOutput();
    }

    Dialogue dialogue() {
        return dialogue;
    }

    MessageInput in() {
        return in;
    }

    MessageOutput out() {
        return out;
    }

    @Override
    public void connect(SocketAddress address, int ignoredSecondsOfPgjdbc) throws IOException {
        super.connect(address, Math.toIntExact(connectTimeout.toMillis()));
        setSoTimeout(Math.toIntExact(loginTimeout.toMillis()));
        String host = address instanceof InetSocketAddress a ? a.getHostString() : "";
        InputStream plainIn = super.getInputStream();
        OutputStream plainOut = super.getOutputStream();
        encrypted = encryption.over(new Beneath(this, plainIn, plainOut), plainIn, plainOut, host, getPort());
    }

    @Override
    public InputStream getInputStream() {
        return driverIn;
    }

    @Override
    public OutputStream getOutputStream() {
        return driverOut;
    }

    private InputStream rawInput() throws IOException {
        SSLSocket e = encrypted;
        return e == null ? super.getInputStream() : e.getInputStream();
    }

    private OutputStream rawOutput() throws IOException {
        SSLSocket e = encrypted;
        return e == null ? super.getOutputStream() : e.getOutputStream();
    }

    private InputStream plainInput() throws IOException {
        return super.getInputStream();
    }

    /** The stream of a socket exists only once it is connected. */
    private final class Raw extends InputStream {
        @Override
        public int read() throws IOException {
            return rawInput().read();
        }

        @Override
        public int read(byte[] b, int off, int n) throws IOException {
            return rawInput().read(b, off, n);
        }

        @Override
        public int available() throws IOException {
            int decrypted = rawInput().available();
            // What has come is a message, or the end: servers send nothing else between commands.
            return decrypted > 0 || encrypted == null
                    ? decrypted
                    : Math.min(1, plainInput().available());
        }
    }

    private final class RawOutput extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            rawOutput().write(b);
        }

        @Override
        public void write(byte[] b, int off, int n) throws IOException {
            rawOutput().write(b, off, n);
        }
    }

    /** Puts our startup packet in the place of pgjdbc's, which is its first, and passes on everything later. */
    private final class DriverOutput extends OutputStream {
        private static final int LENGTH_BYTES = 4;

        private int seen;
        private int length;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] b, int off, int n) throws IOException {
            int i = off;
            while (i < off + n && (seen < LENGTH_BYTES || seen < length)) {
                if (seen++ < LENGTH_BYTES) {
                    length = length << 8 | (b[i] & 0xff);
                }
                i++;
                if (seen == length) {
                    dialogue.writeStartup(out);
                }
            }
            if (i < off + n) {
                rawOutput().write(b, i, off + n - i);
            }
        }
    }
}

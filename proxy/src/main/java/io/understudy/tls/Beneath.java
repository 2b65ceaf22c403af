package io.understudy.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;

/** What encryption takes for the connection below it: the plain streams of a socket that gives others to whoever else asks it for its own. */
public class Beneath extends Socket {
    private final Socket whole;
    private final InputStream in;
    private final OutputStream out;

    /** @param whole the connected socket; what does not go through streams is its own */
    public Beneath(Socket whole, InputStream in, OutputStream out) {
        this.whole = whole;
        this.in = in;
        this.out = out;
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return whole.isClosed();
    }

    @Override
    public InetAddress getInetAddress() {
        return whole.getInetAddress();
    }

    @Override
    public int getPort() {
        return whole.getPort();
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return whole.getSoTimeout();
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        whole.setSoTimeout(millis);
    }

    @Override
    public void close() throws IOException {
        whole.close();
    }
}

package io.understudy.backend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/**
 * Makes the sockets of pgjdbc connections. pgjdbc constructs it by name for each connection, on the thread that connects, where the socket to hand
 * out is bound; a socket asked for elsewhere is for a cancel request and plain.
 */
public final class RelaySockets extends SocketFactory {
    static final ScopedValue<RelaySocket> CONNECTING = ScopedValue.newInstance();

    @Override
    public Socket createSocket() {
        return CONNECTING.isBound() ? CONNECTING.get() : new Socket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    private Socket connected(SocketAddress address) throws IOException {
        Socket s = createSocket();
        s.connect(address, 0);
        return s;
    }
}

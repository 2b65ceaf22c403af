package io.understudy.consensus;

import io.understudy.tls.NodeTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jgroups.util.DefaultSocketFactory;

/** The sockets of a channel whose messages are encrypted. What cannot be encrypted it does not make. */
final class EncryptedSockets extends DefaultSocketFactory {
    private final NodeTls tls;

    EncryptedSockets(NodeTls tls) {
        this.tls = tls;
    }

    @Override
    public Socket createSocket(String service) {
        return tls.socket();
    }

    @Override
    public Socket createSocket(String service, String host, int port) throws IOException {
        throw plain(service);
    }

    @Override
    public Socket createSocket(String service, InetAddress host, int port) throws IOException {
        throw plain(service);
    }

    @Override
    public Socket createSocket(String service, String host, int port, InetAddress from, int fromPort)
            throws IOException {
        throw plain(service);
    }

    @Override
    public Socket createSocket(String service, InetAddress host, int port, InetAddress from, int fromPort)
            throws IOException {
        throw plain(service);
    }

    @Override
    public ServerSocket createServerSocket(String service) throws IOException {
        return tls.serverSocket();
    }

    @Override
    public ServerSocket createServerSocket(String service, int port) throws IOException {
        throw plain(service);
    }

    @Override
    public ServerSocket createServerSocket(String service, int port, int backlog) throws IOException {
        throw plain(service);
    }

    @Override
    public ServerSocket createServerSocket(String service, int port, int backlog, InetAddress at) throws IOException {
        throw plain(service);
    }

    @Override
    public SocketChannel createSocketChannel(String service) throws IOException {
        throw plain(service);
    }

    @Override
    public ServerSocketChannel createServerSocketChannel(String service) throws IOException {
        throw plain(service);
    }

    private static IOException plain(String service) {
        return new IOException(service + " would not be encrypted");
    }
}

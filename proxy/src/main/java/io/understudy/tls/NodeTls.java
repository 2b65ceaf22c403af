package io.understudy.tls;

import io.understudy.config.PeerTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;

/**
 * Encryption of what nodes say to each other: each side shows a certificate, and refuses who shows none or a wrong one. New connections use what the files say then.
 *
 * <h2>Lifecycle</h2>
 * {@link #open} reads the files, {@link #start} begins to watch them, {@link #close} ends that.
 *
 * <h2>Threads</h2>
 * Any.
 */
public final class NodeTls implements AutoCloseable {
    private static final Duration FIRST_TIME_MAX = Duration.ofSeconds(30);

    private final NodeHosts hosts;
    private final ServerTls files;
    private final Refusals refusals;

    private NodeTls(NodeHosts hosts, ServerTls files, Refusals refusals) {
        this.hosts = hosts;
        this.files = files;
        this.refusals = refusals;
    }

    /**
     * Reads the files.
     *
     * @param host this node's, as the others know it
     * @param hosts of all nodes
     * @param events is told what happens to the files later, and who was refused; not everybody each time
     * @throws IOException if they cannot be read or used, or other nodes would refuse this one
     */
    public static NodeTls open(PeerTls settings, String host, List<String> hosts, Consumer<String> events)
            throws IOException {
        Consumer<String> told = text -> events.accept("between nodes: " + text);
        try {
            NodeHosts nodes = new NodeHosts(host, hosts);
            NodeTls tls =
                    new NodeTls(nodes, ServerTls.ofNodes(settings, nodes, told), new Refusals(told, System::nanoTime));
            tls.tryOut();
            return tls;
        } catch (IOException e) {
            throw new IOException("connections between nodes (cluster.tls): " + e.getMessage(), e);
        }
    }

    /** Shakes hands with itself: the first time takes long, because Java has to load what it takes, and no other node would wait so long. */
    private void tryOut() throws IOException {
        try (ServerSocket server = serverSocket()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (Socket from = new NodeSocket(this, FIRST_TIME_MAX)) {
                from.connect(server.getLocalSocketAddress(), Math.toIntExact(FIRST_TIME_MAX.toMillis()));
                try (Socket to = server.accept()) {
                    from.getOutputStream().write(1);
                    to.getInputStream().read();
                }
            }
        }
    }

    /** Begins to watch the files. */
    public void start() {
        files.start();
    }

    /** From now on these are the hosts of all nodes. */
    public void hosts(List<String> all) {
        hosts.become(all);
    }

    /** For the next connection of another node to this one. */
    public ServerContext context() {
        return files.context().orElseThrow();
    }

    /**
     * Lays an encrypted connection to another node over a plain one, and shakes hands.
     *
     * @param plain whose streams are used; closing what is returned closes it
     * @throws IOException if the other side cannot be talked to, or is no node
     */
    public SSLSocket over(Socket plain, String host, int port) throws IOException {
        SSLSocket socket = context().asClient(plain, host, port);
        socket.startHandshake();
        return socket;
    }

    /** A socket, not connected yet, that is encrypted when {@link Socket#connect(java.net.SocketAddress, int)} returns. */
    public Socket socket() {
        return new NodeSocket(this);
    }

    /** A socket, not bound yet, that accepts nodes only, and encrypted connections only: those that have shaken hands. */
    public ServerSocket serverSocket() throws IOException {
        return new NodeServerSocket(this);
    }

    Refusals refusals() {
        return refusals;
    }

    @Override
    public void close() {
        files.close();
    }
}

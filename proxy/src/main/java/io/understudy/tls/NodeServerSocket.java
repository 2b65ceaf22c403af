package io.understudy.tls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives out connections of nodes that have shaken hands. They do so each on a thread of its own: who is slow, or a stranger, keeps nobody waiting. */
final class NodeServerSocket extends ServerSocket {
    private static final Logger LOG = LoggerFactory.getLogger(NodeServerSocket.class);
    private static final int SHAKING_MAX = 100;
    private static final int READY_MAX = 100;
    private static final long LOOK_EVERY_MILLIS = 200;

    private final NodeTls tls;
    private final Semaphore shaking = new Semaphore(SHAKING_MAX);
    private final BlockingQueue<NodeSocket> ready = new LinkedBlockingQueue<>(READY_MAX);

    NodeServerSocket(NodeTls tls) throws IOException {
        this.tls = tls;
    }

    @Override
    public void bind(SocketAddress address, int backlog) throws IOException {
        super.bind(address, backlog);
        Thread.ofPlatform().daemon().name("nodes-accept-" + getLocalPort()).start(this::acceptAll);
    }

    private void acceptAll() {
        while (!isClosed()) {
            NodeSocket socket = new NodeSocket(tls);
            try {
                implAccept(socket);
            } catch (IOException e) {
                if (!isClosed()) {
                    LOG.warn("a node could not be accepted", e);
                    // Out of file descriptors, most likely: not again at once.
                    LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                }
                continue;
            }
            if (shaking.tryAcquire()) {
                Thread.ofVirtual().name("node-handshake").start(() -> shakeHands(socket));
            } else {
                close(socket);
            }
        }
    }

    private void shakeHands(NodeSocket socket) {
        boolean given = false;
        try {
            socket.setTcpNoDelay(true);
            given = socket.accepted() && !isClosed() && ready.offer(socket);
        } catch (IOException e) {
            tls.refusals().refused(socket.getInetAddress(), e);
        } finally {
            shaking.release();
            if (!given) {
                close(socket);
            }
        }
    }

    @Override
    public Socket accept() throws IOException {
        try {
            while (!isClosed()) {
                NodeSocket socket = ready.poll(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
                if (socket != null) {
                    return socket;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        throw new SocketException("Socket closed");
    }

    @Override
    public void close() throws IOException {
        super.close();
        for (NodeSocket left = ready.poll(); left != null; left = ready.poll()) {
            close(left);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing a connection", e);
        }
    }
}

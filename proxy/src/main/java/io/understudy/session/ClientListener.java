package io.understudy.session;

import io.understudy.authentication.ClientConnection;
import io.understudy.authentication.LoginOutcome;
import io.understudy.authentication.ScramLogin;
import io.understudy.authentication.Startup;
import io.understudy.authentication.StartupOutcome;
import io.understudy.tls.ServerTls;
import io.understudy.wire.ErrorFields;
import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageOutput;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts clients: one virtual thread each, from the first byte to the last. Safe for use by many threads.
 */
public final class ClientListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientListener.class);
    private static final Duration LOGIN_MAX = Duration.ofSeconds(60);
    private static final Duration MEMORY_WAIT_MAX = Duration.ofSeconds(30);
    private static final int BACKLOG = 512;
    private static final int SESSIONS_MAX = 10_000;

    private final NodeServices node;
    private final ServerTls tls;
    private final ScramLogin login;
    private final ServerSocket server;
    private final StatementIds ids = new StatementIds();
    private final MessageMemory memory = MessageMemory.ofHeap(MEMORY_WAIT_MAX);
    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger nextPid = new AtomicInteger(1);
    private final AtomicInteger connections = new AtomicInteger();
    private final Map<Integer, Entry> sessions = new ConcurrentHashMap<>();

    private record Entry(ClientSession session, byte[] secret) {}

    /**
     * @param tls which this starts and closes
     * @throws IOException if it cannot listen there
     */
    public ClientListener(NodeServices node, byte[] mockSecret, ServerTls tls, String host, int port)
            throws IOException {
        this.node = node;
        this.tls = tls;
        this.login = new ScramLogin(node.verifiers(), mockSecret, random);
        this.server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getByName(host), port), BACKLOG);
    }

    public void start() {
        tls.start();
        Thread.ofPlatform().name("clients").daemon().start(this::accept);
    }

    /** Clients logged in now. */
    public int sessions() {
        return sessions.size();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket s = server.accept();
                Thread.ofVirtual().name("client-", nextPid.get()).start(() -> serve(s));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    LOG.warn("a client could not be accepted", e);
                    pause();
                }
            }
        }
    }

    /** Out of file descriptors, most likely: not again at once. */
    private static void pause() {
        java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }

    private void serve(Socket socket) {
        connections.incrementAndGet();
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            try (ClientConnection client = new ClientConnection(socket, LOGIN_MAX)) {
                switch (Startup.negotiate(client, tls.context())) {
                    case StartupOutcome.CancelRequest c -> cancel(c);
                    case StartupOutcome.SessionRequest r -> session(client, r);
                    case StartupOutcome.Refused r -> {}
                    case StartupOutcome.Closed c -> {}
                }
            }
        } catch (IOException e) {
            LOG.debug("a client left during login: {}", e.toString());
        } catch (RuntimeException e) {
            LOG.error("login failed", e);
        } finally {
            connections.decrementAndGet();
        }
    }

    private void session(ClientConnection client, StartupOutcome.SessionRequest r) throws IOException {
        MessageInput in = client.in();
        MessageOutput out = client.out();
        if (connections.get() > SESSIONS_MAX) {
            refuse(out, "53300", "sorry, too many clients already");
            return;
        }
        if (r.user().equals("understudy_apply")) {
            refuse(out, "28000", "role \"understudy_apply\" is the node's own: what it changes is not replicated");
            return;
        }
        if (!StartupSettings.isRelayed(r.settings()) || !node.isProxy(StartupSettings.relayProof(r.settings()))) {
            Optional<ErrorFields> refusal = Encryption.demand(tls.settings(), client, r.user());
            if (refusal.isPresent()) {
                refusal.get().write(out);
                out.flush();
                return;
            }
        }
        if (!(login.authenticate(r.user(), in, out) instanceof LoginOutcome.Authenticated a)) {
            return;
        }
        if (!r.database().equals(node.database())) {
            refuse(out, "3D000", "database \"" + r.database() + "\" does not exist");
            return;
        }
        client.loggedIn();
        byte[] secret = new byte[4];
        random.nextBytes(secret);
        SessionKey key = new SessionKey(nextPid.getAndIncrement() & Integer.MAX_VALUE, secret);
        ClientSession s =
                new ClientSession(node, ids, memory, client, new SessionUser(r.user(), r.database(), a.keys()), r, key);
        sessions.put(key.pid(), new Entry(s, secret));
        try {
            s.run();
        } finally {
            sessions.remove(key.pid());
        }
    }

    /**
     * Ends the sessions that this node's proxy relays here, because it is gone: a lost host closes nothing, and what its clients had begun would hold its locks for ever.
     */
    public void endRelayedFrom(String gone) {
        for (Entry e : sessions.values()) {
            if (e.session().relayedFrom().equals(gone)) {
                e.session().close();
            }
        }
    }

    private static void refuse(MessageOutput out, String sqlState, String message) throws IOException {
        ErrorFields.fatal(sqlState, message, "").write(out);
        out.flush();
    }

    private void cancel(StartupOutcome.CancelRequest c) {
        Entry e = sessions.get(c.pid());
        if (e != null && MessageDigest.isEqual(e.secret(), c.key())) {
            e.session().cancel();
        }
    }

    @Override
    public void close() {
        tls.close();
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("closing the listener", e);
        }
        sessions.values().forEach(e -> e.session().close());
    }
}

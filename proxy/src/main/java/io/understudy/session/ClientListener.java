package io.understudy.session;

import io.understudy.authentication.ClientConnection;
import io.understudy.authentication.LoginOutcome;
import io.understudy.authentication.ScramLogin;
import io.understudy.authentication.Startup;
import io.understudy.authentication.StartupOutcome;
import io.understudy.config.ClientAccess;
import io.understudy.tls.NodeTls;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts clients: one virtual thread each, from the first byte to the last. Safe for use by many threads.
 */
public final class ClientListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientListener.class);
    private static final Duration MEMORY_WAIT_MAX = Duration.ofSeconds(30);
    private static final int BACKLOG = 512;
    /** Connections that are not logged in, or only relayed: beyond the places for sessions, so that nobody can keep those busy without a password. */
    private static final int OTHERS_MAX = 10_000;

    private static final String WRONG_PASSWORD = "28P01";

    private final NodeServices node;
    private final ServerTls tls;
    private final Optional<NodeTls> nodes;
    private final ClientAccess access;
    private final Places places;
    private final LoginPace pace = new LoginPace(System::nanoTime);
    private final ScramLogin login;
    private final ServerSocket server;
    private final StatementIds ids = new StatementIds();
    private final StatementStatistics statistics = new StatementStatistics();
    private final MessageMemory memory = MessageMemory.ofHeap(MEMORY_WAIT_MAX);
    private final ApplicationPools pools = new ApplicationPools();
    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger nextPid = new AtomicInteger(1);
    private final AtomicInteger connections = new AtomicInteger();
    private final Map<Integer, Entry> sessions = new ConcurrentHashMap<>();
    private final Rounds presence = new Rounds("presence", Presence.SILENCE, this::lookForClients);
    private final Rounds lending;
    private volatile boolean draining;

    private record Entry(ClientSession session, byte[] secret) {}

    /**
     * @param access what is demanded of clients
     * @param tls which this starts and closes
     * @param nodes by which other nodes encrypt their connections to this one; empty: they do not
     * @throws IOException if it cannot listen there
     */
    public ClientListener(
            NodeServices node,
            byte[] mockSecret,
            ClientAccess access,
            ServerTls tls,
            Optional<NodeTls> nodes,
            String host,
            int port)
            throws IOException {
        this.node = node;
        this.tls = tls;
        this.nodes = nodes;
        this.access = access;
        this.places = new Places(access.limits());
        this.login = new ScramLogin(node.verifiers(), mockSecret, random);
        Lending idle = new Lending(
                () -> sessions.values().stream().map(Entry::session).toList(), node::anyoneWaits, node::waiting);
        this.lending = new Rounds("lending", Lending.LOOK_EVERY, idle::look);
        this.server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getByName(host), port), BACKLOG);
    }

    public void start() {
        tls.start();
        presence.start();
        lending.start();
        Thread.ofPlatform().name("clients").daemon().start(this::accept);
    }

    private void lookForClients() {
        long now = System.nanoTime();
        sessions.values().forEach(e -> e.session().presence().look(now));
    }

    /** Clients logged in now. */
    public int sessions() {
        return sessions.size();
    }

    /** Every session as it is now. */
    public List<SessionReport> reports() {
        return sessions.values().stream().map(e -> e.session().report()).toList();
    }

    /** What ran for clients of this node. */
    public StatementStatistics statistics() {
        return statistics;
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
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }

    private void serve(Socket socket) {
        try (socket) {
            if (connections.incrementAndGet() > access.limits().connections() + OTHERS_MAX) {
                return;
            }
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            try (ClientConnection client =
                    new ClientConnection(socket, access.limits().loginTime())) {
                switch (Startup.negotiate(client, tls.context(), nodes.map(NodeTls::context))) {
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
        if (r.user().equals("understudy_apply")) {
            refuse(out, "28000", "role \"understudy_apply\" is the node's own: what it changes is not replicated");
            return;
        }
        boolean ofNode = node.isNode(StartupSettings.nodeProof(r.settings()), client.isOfNode());
        Optional<ErrorFields> refusal = ofNode ? Optional.empty() : beforeLogin(client, r.user());
        if (refusal.isPresent()) {
            refuse(out, refusal.get());
            return;
        }
        if (draining) {
            refuse(out, "57P03", "the node shuts down");
            return;
        }
        LoginOutcome outcome = login.authenticate(r.user(), client.endPoint(), in, out);
        if (outcome instanceof LoginOutcome.Refused no
                && !ofNode
                && no.fields().sqlState().equals(WRONG_PASSWORD)) {
            pace.wrong(client.socket().getInetAddress());
        }
        if (!(outcome instanceof LoginOutcome.Authenticated a)) {
            return;
        }
        if (!r.database().equals(node.database())) {
            refuse(out, "3D000", "database \"" + r.database() + "\" does not exist");
            return;
        }
        if (ofNode) {
            run(client, r, a);
            return;
        }
        Optional<ErrorFields> full = places.enter(r.user(), node.isSuperuser(r.user()));
        if (full.isPresent()) {
            refuse(out, full.get());
            return;
        }
        try {
            run(client, r, a);
        } finally {
            places.leave(r.user());
        }
    }

    /** What a client is told instead of being asked who it is; empty if it is asked, perhaps after a while. */
    private Optional<ErrorFields> beforeLogin(ClientConnection client, String user) {
        Optional<ErrorFields> unmet = Demands.unmet(access, client, user);
        if (unmet.isPresent()) {
            return unmet;
        }
        Optional<Duration> wait = pace.wait(client.socket().getInetAddress());
        if (wait.isEmpty()) {
            return Optional.of(ErrorFields.fatal(
                    "53300", "too many failed logins from your address", "Wait, or correct the client's password."));
        }
        LockSupport.parkNanos(wait.get().toNanos());
        return Optional.empty();
    }

    private void run(ClientConnection client, StartupOutcome.SessionRequest r, LoginOutcome.Authenticated a)
            throws IOException {
        client.loggedIn();
        byte[] secret = new byte[4];
        random.nextBytes(secret);
        SessionKey key = new SessionKey(nextPid.getAndIncrement() & Integer.MAX_VALUE, secret);
        SessionUser user = new SessionUser(r.user(), r.database(), a.keys());
        InetAddress from = client.socket().getInetAddress();
        ApplicationPools.Pool pool = pools.join(user, from);
        try {
            ClientSession s = new ClientSession(node, ids, memory, statistics, client, user, pool, r, key);
            sessions.put(key.pid(), new Entry(s, secret));
            s.run();
        } finally {
            sessions.remove(key.pid());
            pools.leave(user, from);
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
        refuse(out, ErrorFields.fatal(sqlState, message, ""));
    }

    private static void refuse(MessageOutput out, ErrorFields fields) throws IOException {
        fields.write(out);
        out.flush();
    }

    private void cancel(StartupOutcome.CancelRequest c) {
        Entry e = sessions.get(c.pid());
        if (e != null && MessageDigest.isEqual(e.secret(), c.key())) {
            e.session().cancel();
        }
    }

    /**
     * Lets nobody in any more, and tells each client to go elsewhere as soon as nothing is under way for it. Sessions that nodes relay here stay until {@link #close}: once this node is not the master, nothing is
     * asked of them.
     *
     * @return clients that are left when the time is over
     */
    public int drain(Duration max) throws InterruptedException {
        draining = true;
        stopListening();
        long deadline = System.nanoTime() + max.toNanos();
        int left = leave();
        while (left > 0 && System.nanoTime() < deadline) {
            Thread.sleep(5);
            left = leave();
        }
        return left;
    }

    private int leave() {
        int left = 0;
        for (Entry e : sessions.values()) {
            if (e.session().relayedFrom().isEmpty()) {
                left++;
                e.session().leave();
            }
        }
        return left;
    }

    private void stopListening() {
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("closing the listener", e);
        }
    }

    @Override
    public void close() {
        tls.close();
        presence.close();
        lending.close();
        stopListening();
        sessions.values().forEach(e -> e.session().close());
    }
}

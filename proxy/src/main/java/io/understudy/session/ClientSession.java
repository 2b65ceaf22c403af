package io.understudy.session;

import io.understudy.authentication.ClientConnection;
import io.understudy.authentication.StartupOutcome.SessionRequest;
import io.understudy.backend.Backend;
import io.understudy.wire.ErrorFields;
import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.ProtocolException;
import io.understudy.wire.ServerMessages;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client from login to its end: the conductor. Messages come in, go through classification, routing and execution by way of {@link SimpleProtocol} and {@link ExtendedProtocol}, and answers go
 * out. One virtual thread runs it; {@link #cancel} and {@link #close} may be called by any.
 */
final class ClientSession {
    private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);

    /** A batch that became this long is run as if a Flush had come. */
    private static final int BATCH_BYTES_MAX = 1 << 20;

    private static final int BATCH_MESSAGES_MAX = 4096;

    private static final int NAME_MAX = 64;

    /** By this clients know that nothing has been run of what had no answer before it. */
    private static final ErrorFields LEAVING = ErrorFields.fatal(
                    "57P01",
                    "terminating connection: the node shuts down",
                    "Connect to another node; nothing was run of what was not answered before.")
            .with('R', "understudy_leaving");

    /** How often a session that LISTENs looks for what its server has to say unasked. */
    private static final int LISTEN_MILLIS = 50;

    private static final long PAUSE_NANOS = 100_000;

    private final NodeServices node;
    private final MessageMemory memory;
    /** Below any encryption. */
    private final Socket socket;

    private final MessageInput in;
    private final MessageOutput out;
    private final SessionState session;
    private final SessionKey key;
    private final Blocks blocks;
    private final Leases leases;
    private final SimpleProtocol simple;
    private final ExtendedProtocol extended;
    private final MessageBatch batch = new MessageBatch();

    /** Of {@link #memory}, for messages not dealt with yet. */
    private int held;

    /** Since the last ReadyForQuery, nothing has come. */
    private boolean answered;

    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WORKING);

    /** Changed by the session's own thread, except to LEAVING and to and from LENDING. */
    private enum Phase {
        WORKING,
        /** Waits for its client, with nothing under way that would be lost. */
        IDLE,
        /** As before, and another thread takes its connection. */
        LENDING,
        /** The client was told good-bye. */
        LEAVING
    }

    private final Reports reports;
    private final String relayedFrom;
    private final SequenceValues sequenceValues;
    private final Presence presence;
    private final MeasuredRuns runs;
    private final Instant since = Instant.now();
    private final boolean encrypted;

    ClientSession(
            NodeServices node,
            StatementIds ids,
            MessageMemory memory,
            StatementStatistics statistics,
            ClientConnection client,
            SessionUser user,
            ApplicationPools.Pool pool,
            SessionRequest request,
            SessionKey key) {
        this.node = node;
        this.memory = memory;
        this.socket = client.socket();
        this.in = client.in();
        this.out = client.out();
        this.key = key;
        this.encrypted = client.isEncrypted();
        this.relayedFrom = StartupSettings.relayedFrom(request.settings());
        this.session =
                new SessionState(user, pool, StartupSettings.isRelayed(request.settings()), new ToldParameters(out));
        node.consistencyOf(user.name())
                .ifPresent(c -> StartupSettings.apply(Map.of(StartupSettings.CONSISTENCY, c), session));
        StartupSettings.apply(request.settings(), session);
        session.need = session.need.committed(node.knownCommitted());
        this.reports = new Reports(node, session, out);
        this.sequenceValues = new SequenceValues(session);
        this.leases = new Leases(node, session);
        this.blocks = new Blocks(node, session, leases, out, reports);
        this.presence = new Presence(socket, in);
        Relay relay = new Relay(in, out, presence, session.told, reports);
        Runner runner = new Runner(node, session, leases, blocks, relay);
        this.runs = new MeasuredRuns(node, session, runner, statistics);
        Locally locally = new Locally(node, session, blocks, runner, out);
        SearchPaths searchPaths = new SearchPaths(node, session, leases);
        this.simple = new SimpleProtocol(
                node,
                session,
                runner,
                runs,
                blocks,
                locally,
                relay,
                searchPaths,
                new WholeString(session, leases),
                out);
        this.extended = new ExtendedProtocol(node, session, ids, runs, blocks, locally, relay, searchPaths, out);
    }

    /** Serves the client until it leaves. Login is done. */
    void run() {
        SessionTrace.worksFor(key.pid());
        try {
            greet();
            session.trace.of(null, false);
            serve();
        } catch (SessionEnd e) {
            ToldFailures.OF_NODE.told(session, e.fields());
            sayGoodbye(e.fields());
        } catch (ProtocolException e) {
            sayGoodbye(ErrorFields.fatal("08P01", "protocol violation: " + e.getMessage(), ""));
        } catch (IOException e) {
            LOG.debug("client of {} left: {}", session.user.name(), e.toString());
        } catch (RuntimeException | Error e) {
            LOG.error("session of {} failed", session.user.name(), e);
            sayGoodbye(ErrorFields.fatal("XX000", "internal error in the proxy: " + e, "See the node's log."));
        } finally {
            end();
        }
    }

    private void greet() throws SessionEnd, IOException {
        session.told.greet(greeting());
        ServerMessages.backendKeyData(out, key.pid(), key.secret());
        ready();
    }

    /** Those who have all connections may go on only when this client does: it must not wait for one of theirs. */
    private Map<String, String> greeting() throws SessionEnd {
        Optional<Map<String, String>> known = node.toldIfBusy(node.picture().self(), session.user);
        if (known.isPresent()) {
            return known.get();
        }
        Lease lease = null;
        boolean clean = false;
        try {
            lease = leases.forGreeting();
            Map<String, String> parameters = Map.copyOf(lease.backend().parameters());
            clean = true;
            return parameters;
        } catch (StatementFailure f) {
            throw new SessionEnd(f.fields().sqlState(), f.fields().message(), "");
        } finally {
            if (lease instanceof Lease.Reading r) {
                leases.giveBack(r, clean);
            }
        }
    }

    private void serve() throws SessionEnd, IOException {
        while (true) {
            if (!in.buffered()) {
                out.flush();
            }
            boolean idle = answered && !in.buffered() && session.readyStatus() == 'I' && session.holdsNothing();
            if (idle) {
                phase.set(Phase.IDLE);
            }
            int type = nextMessage();
            if (idle && !goesOn()) {
                hearOut(type);
                return;
            }
            answered = false;
            switch (type) {
                case 'Q' -> {
                    hold();
                    query();
                    letGo();
                    ready();
                }
                case 'P', 'B', 'D', 'E', 'C', 'H', 'S' -> extended((char) type);
                case 'X', -1 -> {
                    return;
                }
                case 'd', 'c', 'f' -> in.skip();
                case 'F' -> {
                    in.skip();
                    ErrorFields.error(
                                    "0A000", "the function call protocol is not supported", "Call functions by SELECT.")
                            .write(out);
                    ready();
                }
                default -> throw new ProtocolException("invalid frontend message type " + type);
            }
        }
    }

    /** @return false if its client was told good-bye */
    private boolean goesOn() {
        while (!phase.compareAndSet(Phase.IDLE, Phase.WORKING)) {
            if (phase.get() == Phase.LEAVING) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS); // giving a connection back takes one round trip to a server
        }
        return true;
    }

    /** What the client sends until it has noticed that it was told good-bye: were it not taken, it would not see that. */
    private void hearOut(int first) throws IOException {
        for (int type = first; type != -1 && type != 'X'; type = in.next()) {
            in.skip();
        }
    }

    private int nextMessage() throws IOException, SessionEnd {
        Backend listening = session.pinned != null ? session.pinned : session.relay;
        if (listening == null || !session.pins.contains(io.understudy.classification.PinReason.LISTEN)) {
            return in.next();
        }
        socket.setSoTimeout(LISTEN_MILLIS);
        try {
            while (true) {
                try {
                    return in.next();
                } catch (SocketTimeoutException e) {
                    Notifications.pass(listening, out);
                }
            }
        } finally {
            socket.setSoTimeout(0);
        }
    }

    private void query() throws SessionEnd, IOException {
        byte[] bytes = in.array();
        int from = in.frame() + 5;
        int to = in.frame() + in.length() - 1;
        if (in.streamed()) {
            bytes = in.copy();
            from = 5;
            to = bytes.length - 1;
        }
        int end = from;
        while (end < to && bytes[end] != 0) {
            end++;
        }
        if (end != to || bytes[end] != 0) {
            throw new ProtocolException("the text of a query does not end where its message does");
        }
        try {
            simple.query(ClientText.decode(bytes, from, to, session.told.charset()));
        } catch (StatementFailure f) {
            session.failed(f, out);
        }
    }

    private void extended(char type) throws SessionEnd, IOException {
        hold();
        batch.add(in);
        boolean sync = type == 'S';
        if (sync || type == 'H' || batch.bytes() > BATCH_BYTES_MAX || batch.count() > BATCH_MESSAGES_MAX) {
            boolean ready = extended.run(batch, sync);
            batch.clear();
            letGo();
            if (ready) {
                ready();
            } else if (type == 'H') {
                out.flush();
            }
        }
    }

    /** Makes sure that there is memory for the present message. */
    private void hold() throws SessionEnd {
        if (in.streamed() && !MessageBatch.spools(in)) {
            held = memory.take(in.length(), held);
        }
    }

    private void letGo() {
        if (held > 0) {
            memory.giveBack(held);
            held = 0;
        }
    }

    private void ready() throws IOException {
        session.told.beforeReady();
        reports.beforeReady();
        ServerMessages.readyForQuery(out, session.readyStatus());
        answered = true;
    }

    private void sayGoodbye(ErrorFields fields) {
        try {
            fields.write(out);
            out.flush();
        } catch (IOException | IllegalStateException e) {
            LOG.trace("client did not hear the end", e);
        }
    }

    private void end() {
        letGo();
        batch.clear();
        blocks.abandon();
        Backend pinned = session.pinned;
        if (pinned != null) {
            pinned.discard();
        }
        Backend relay = session.relay;
        if (relay != null) {
            relay.discard();
        }
    }

    /** Asks whoever works for this session now to stop. */
    void cancel() {
        session.cancel();
    }

    /** Whether the client is there; for any thread to look. */
    Presence presence() {
        return presence;
    }

    String user() {
        return session.user.name();
    }

    /** Since when it has done nothing while it kept a connection for what currval() answers; empty if that is not so. Any thread; the answer may be of a moment ago. */
    OptionalLong keepsSequenceValuesSince() {
        return phase.get() == Phase.IDLE && sequenceValues.keepConnection()
                ? OptionalLong.of(runs.sinceNanos())
                : OptionalLong.empty();
    }

    /**
     * Gives that connection back, if it still does nothing. Any thread.
     *
     * @return whether it did
     */
    boolean lend() {
        if (!phase.compareAndSet(Phase.IDLE, Phase.LENDING)) {
            return false;
        }
        try {
            return sequenceValues.forget();
        } finally {
            phase.set(Phase.IDLE);
        }
    }

    /** The node whose proxy this client is, empty if it is none. */
    String relayedFrom() {
        return relayedFrom;
    }

    /** What it does now; the session is not asked, so it may be of a moment ago. */
    SessionReport report() {
        String application = session.told.applicationName();
        Duration lasting = Duration.ofNanos(Math.max(0, System.nanoTime() - runs.sinceNanos()));
        return new SessionReport(
                key.pid(),
                session.user.name(),
                String.valueOf(socket.getRemoteSocketAddress()).replaceFirst("^.*/", ""),
                application.length() > NAME_MAX ? application.substring(0, NAME_MAX) : application,
                encrypted,
                relayedFrom,
                since,
                runs.active() ? SessionReport.State.ACTIVE : idle(session.block),
                lasting,
                List.copyOf(session.pins),
                holds(),
                session.route.node(),
                session.route.reason(),
                runs.shape(),
                session.trace.now());
    }

    private static SessionReport.State idle(@Nullable Block block) {
        return block == null
                ? SessionReport.State.IDLE
                : block.failed ? SessionReport.State.FAILED_TRANSACTION : SessionReport.State.IDLE_IN_TRANSACTION;
    }

    private String holds() {
        if (session.relay != null) {
            return "the master's proxy";
        }
        return session.pinned != null ? "this node's PostgreSQL" : "";
    }

    /** Tells the client to go elsewhere, if nothing is under way; it then ends by itself. */
    void leave() {
        if (phase.compareAndSet(Phase.IDLE, Phase.LEAVING)) {
            sayGoodbye(LEAVING);
            try {
                socket.shutdownOutput();
            } catch (IOException e) {
                LOG.trace("a client left by itself", e);
            }
        }
    }

    /** Closes the client's connection from outside. */
    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.trace("closing a client's socket", e);
        }
    }
}

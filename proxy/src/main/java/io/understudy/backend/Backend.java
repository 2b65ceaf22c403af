package io.understudy.backend;

import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.MessageType;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.Charset;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a PostgreSQL server, or to another node's proxy.
 *
 * <h2>Lifecycle</h2>
 * {@link Servers} makes it. Whoever has it ends with {@link #release} where it is idle, outside a transaction and its settings are as they were at the
 * start, and with {@link #discard} in every other case. An unpooled one is closed by either.
 *
 * <h2>Threads</h2>
 * One at a time, except {@link #cancel}, {@link #discard}, {@link #endReads} and {@link #lost}, which any thread may call.
 *
 * <h2>Failure</h2>
 * An {@link IOException} of any method means that the connection is of no further use: {@link #lost} says so from then on. Whoever reads and writes
 * raw tells it by {@link #discard}.
 */
public final class Backend implements Queries {
    /** Statement ids of sessions kept per connection. */
    public static final int PREPARED_MAX = 512;

    /** More than this is written by a second thread while this one reads, or server and proxy could each wait for the other to read. */
    private static final long WRITTEN_AT_ONCE_BYTES_MAX = 1 << 15;

    /** Of {@link #stoodAt}. */
    public static final long NEVER_ASKED = -1;

    private static final Logger LOG = LoggerFactory.getLogger(Backend.class);

    private final ServerAddress server;
    private final Login login;
    private final Connection jdbc;
    private final PGConnection pg;
    private final RelaySocket socket;
    private final Statements statements = new Statements();
    private final Ids prepared = new Ids(PREPARED_MAX);
    private final ReentrantLock cancelling = new ReentrantLock();

    private final List<Long> closing = new ArrayList<>();
    private final long connectedNanos = System.nanoTime();
    private long stoodAt = NEVER_ASKED;
    private long checkedIn;
    private String settingsFingerprint = "";
    private Translation translation = Translation.NONE;
    private Charset charset;
    private @Nullable Consumer<byte[]> asynchronous;
    private volatile @Nullable Lease lease;
    private volatile long leaseNumber;
    private volatile boolean lost;
    private boolean cancelled;

    /** How the connection goes back to where it came from. */
    interface Lease {
        void release(Backend backend);

        void discard(Backend backend);
    }

    Backend(ServerAddress server, Login login, Connection jdbc, PGConnection pg, RelaySocket socket) {
        this.server = server;
        this.login = login;
        this.jdbc = jdbc;
        this.pg = pg;
        this.socket = socket;
        this.charset = Encodings.of(parameters().getOrDefault("client_encoding", "UTF8"));
    }

    public ServerAddress server() {
        return server;
    }

    public Login login() {
        return login;
    }

    /** What the server sends, as it sends it. */
    public MessageInput in() {
        return socket.in();
    }

    /** What the server gets; nothing goes out before a flush. */
    public MessageOutput out() {
        return socket.out();
    }

    /** The settings the server reports, as it reported them last; a raw reader passes on what it sees by {@link #reported}. */
    public Map<String, String> parameters() {
        return socket.dialogue().parameters();
    }

    /** The server reported a setting (ParameterStatus) to a raw reader. */
    public void reported(String name, String value) {
        parameters().put(name, value);
        if (name.equals("client_encoding")) {
            charset = Encodings.of(value);
        }
    }

    /** Between the object ids here and those that clients know. */
    public Translation translation() {
        return translation;
    }

    public void translation(Translation t) {
        translation = t;
    }

    /** Process id of the server's backend. */
    public int pid() {
        return socket.dialogue().pid();
    }

    /** When it was made. While it lives its server has not been lost. */
    public long connectedNanos() {
        return connectedNanos;
    }

    /** How far the server's database was when that was asked here first; since then it is no less. {@link #NEVER_ASKED} before. */
    public long stoodAt() {
        return stoodAt;
    }

    public void stoodAt(long index) {
        stoodAt = index;
    }

    /** Whether a session's statement of that id is prepared here. */
    public boolean has(long id) {
        return prepared.has(id);
    }

    /**
     * A session's statement of that id is prepared here now.
     *
     * @param evicted told the id that had to go for it, if any; its statement is to be closed on the server
     */
    public void add(long id, LongConsumer evicted) {
        prepared.add(id, evicted);
    }

    /** A session's statement had to go: its Close is to be sent with the next batch. */
    public void closeLater(long id) {
        closing.add(id);
    }

    /** Statements to be closed on the server now; the caller sends the Close messages. */
    public List<Long> takeClosing() {
        if (closing.isEmpty()) {
            return List.of();
        }
        List<Long> taken = List.copyOf(closing);
        closing.clear();
        return taken;
    }

    /** A session's statement of that id is not prepared here any more. */
    public void remove(long id) {
        prepared.remove(id);
    }

    /** Nothing is prepared here any more: DISCARD ALL or DEALLOCATE ALL ran. */
    public void forgetPrepared() {
        prepared.clear();
        statements.forgetAll();
    }

    /** The epoch of mastership this connection was last found good for, 0 if never. */
    public long checkedIn() {
        return checkedIn;
    }

    public void checkedIn(long epoch) {
        this.checkedIn = epoch;
    }

    /** Which settings beyond its startup settings the connection has now, in whatever form its users agree on; empty at first. */
    public String settingsFingerprint() {
        return settingsFingerprint;
    }

    public void settingsFingerprint(String fingerprint) {
        this.settingsFingerprint = fingerprint;
    }

    /**
     * Who gets the messages that the server sends unasked while the proxy's own statements run (NoticeResponse, NotificationResponse,
     * ParameterStatus, each whole); null for nobody. Back to null at the end of a lease.
     */
    public void asynchronous(@Nullable Consumer<byte[]> receiver) {
        this.asynchronous = receiver;
    }

    /** How long a read may wait for the server before it fails with a {@link java.net.SocketTimeoutException}; zero is for ever. */
    public void readTimeout(Duration timeout) throws SocketException {
        socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
    }

    @Override
    public List<@Nullable String[]> query(String sql, @Nullable String... parameters) throws IOException, ServerError {
        Rows rows = new Rows();
        exchange(List.of(Call.of(sql, parameters, charset)), rows);
        return rows.all();
    }

    @Override
    public long stream(String sql, List<LongText> parameters) throws IOException, ServerError {
        return exchange(List.of(Call.streaming(sql, parameters)), null)[0];
    }

    @Override
    public Pipeline pipeline() {
        return new RawPipeline(this);
    }

    /** Sends calls under one Sync and reads all answers. */
    long[] exchange(List<Call> calls, @Nullable Rows rows) throws IOException, ServerError {
        Batch batch = new Batch(calls, statements, charset);
        long bytes = 0;
        for (Call c : calls) {
            bytes += c.bytes();
        }
        try {
            if (bytes <= WRITTEN_AT_ONCE_BYTES_MAX || calls.size() == 1) {
                batch.write(out());
                batch.read(in(), rows, this::unasked);
            } else {
                exchangeLarge(batch, rows);
            }
        } catch (IOException | RuntimeException e) {
            // whatever it was, where the stream stands is not known any more
            abort();
            throw e;
        }
        return batch.counts();
    }

    private void exchangeLarge(Batch batch, @Nullable Rows rows) throws IOException {
        Thread writer = Thread.startVirtualThread(() -> {
            try {
                batch.write(out());
            } catch (IOException | RuntimeException e) {
                LOG.debug("writing to {} failed", server, e);
                abort();
            }
        });
        try {
            batch.read(in(), rows, this::unasked);
        } catch (IOException | RuntimeException e) {
            abort();
            throw e;
        } finally {
            joinUninterrupted(writer);
        }
    }

    /** The writer ends soon: its socket is either read to the end by the server or closed. */
    private static void joinUninterrupted(Thread writer) {
        boolean interrupted = false;
        while (true) {
            try {
                writer.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void unasked(int type, MessageInput in) throws IOException {
        if (type == MessageType.PARAMETER_STATUS) {
            reported(in.string(), in.string());
        }
        Consumer<byte[]> receiver = asynchronous;
        if (receiver != null) {
            receiver.accept(in.copy());
        } else {
            in.skip();
        }
    }

    /** What the server takes text to be encoded in. */
    public Charset charset() {
        return charset;
    }

    /** Number of the present lease; never given twice for one connection. */
    public long lease() {
        return leaseNumber;
    }

    /** Asks the server to cancel what runs now on the present lease; see {@link #cancel(long)}. */
    public void cancel() {
        cancel(leaseNumber);
    }

    /**
     * Asks the server to cancel what runs now, if that lease has not ended. Returns when the server has taken note, at most some seconds later. A
     * cancel that comes too late for its statement hits nothing: the connection is settled before it is leased again.
     *
     * @return whether the server was asked
     */
    public boolean cancel(long ofLease) {
        cancelling.lock();
        try {
            if (lost || ofLease != leaseNumber || lease == null) {
                return false;
            }
            cancelled = true;
            pg.cancelQuery();
            return true;
        } catch (SQLException e) {
            LOG.debug("cancel request to {} failed", server, e);
            return false;
        } finally {
            cancelling.unlock();
        }
    }

    /** Whether the connection is known to be of no further use. */
    public boolean lost() {
        return lost || socket.isClosed();
    }

    /** Ends the lease of a connection that is as it was leased; closes it if it is not pooled or turns out not to be so. */
    public void release() {
        Lease l = endLease();
        if (l == null) {
            return;
        }
        if (!lost() && settle()) {
            l.release(this);
        } else {
            abort();
            l.discard(this);
        }
    }

    /** Ends the lease and closes the connection, whatever its state. What runs on the server ends by itself, unless cancelled before. */
    public void discard() {
        Lease l = endLease();
        abort();
        if (l != null) {
            l.discard(this);
        }
    }

    private @Nullable Lease endLease() {
        cancelling.lock();
        try {
            Lease l = lease;
            lease = null;
            return l;
        } finally {
            cancelling.unlock();
        }
    }

    void begin(Lease l) {
        cancelling.lock();
        try {
            leaseNumber++;
            lease = l;
        } finally {
            cancelling.unlock();
        }
    }

    /** Makes sure that nothing of this lease can reach the next one: no late cancel, no unread message. */
    private boolean settle() {
        asynchronous = null;
        try {
            if (cancelled) {
                cancelled = false;
                out().empty(MessageType.SYNC);
                out().flush();
                int type = in().next();
                while (type >= 0 && type != MessageType.READY_FOR_QUERY) {
                    in().skip();
                    type = in().next();
                }
                if (type < 0) {
                    return false;
                }
            }
            socket.setSoTimeout(0);
            return !in().ahead() || idle();
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether it can be leased, as far as can be told without asking the server. */
    boolean usable() {
        try {
            return !lost() && idle();
        } catch (IOException e) {
            LOG.debug("idle connection to {} was lost", server, e);
            return false;
        }
    }

    /** Reads what an idle server may have sent unasked; false if it has said good-bye or anything else unexpected. */
    private boolean idle() throws IOException {
        while (in().ready()) {
            int type = in().next();
            switch (type) {
                case MessageType.PARAMETER_STATUS -> reported(in().string(), in().string());
                case MessageType.NOTICE, MessageType.NOTIFICATION -> in().skip();
                default -> {
                    return false;
                }
            }
        }
        return true;
    }

    /** Says good-bye to an idle server. */
    void close() {
        try {
            if (!lost()) {
                out().empty(MessageType.TERMINATE);
                out().flush();
            }
        } catch (IOException e) {
            LOG.trace("server {} was gone already", server, e);
        } finally {
            abort();
        }
    }

    /** Whoever reads from the server finds the end, now and later; any thread. The connection is of no further use, but its server can still be asked to cancel. */
    public void endReads() {
        try {
            socket.shutdownInput();
        } catch (IOException e) {
            LOG.trace("the socket to {} was closed already", server, e);
        }
    }

    /** Closes the connection under whoever uses it; any thread. The lease goes on until its holder ends it. */
    void abort() {
        lost = true;
        try {
            socket.close();
        } catch (IOException e) {
            LOG.trace("closing the socket to {} failed", server, e);
        }
    }

    Connection jdbc() {
        return jdbc;
    }
}

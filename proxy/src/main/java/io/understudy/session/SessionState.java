package io.understudy.session;

import io.understudy.backend.Backend;
import io.understudy.classification.PinReason;
import io.understudy.log.TransactionToken;
import io.understudy.route.Consistency;
import io.understudy.route.ReadNeed;
import io.understudy.wire.MessageOutput;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a session carries from statement to statement. Used by its own thread; the volatile parts are looked at by others. */
final class SessionState {
    private static final Set<PinReason> HIDDEN_FROM_REPLICAS =
            EnumSet.of(PinReason.SETTING, PinReason.TEMPORARY_OBJECT, PinReason.OPAQUE_CODE, PinReason.EXTENSION_STATE);

    final SessionUser user;

    /** Whose commits its reads see besides its own. */
    private final ApplicationPools.Pool pool;

    /** Another node's proxy relays to us: everything runs here as master, or not at all. */
    final boolean relayed;

    final SessionSettings settings = new SessionSettings();
    final ToldParameters told;
    final SessionTrace trace;
    final Map<String, Prepared> prepared = new HashMap<>();
    final Map<String, Portal> portals = new HashMap<>();
    final Set<PinReason> pins = EnumSet.noneOf(PinReason.class);

    boolean readOnlyByDefault;
    boolean serializableByDefault;

    @Nullable
    Block block;

    ReadNeed need = ReadNeed.NOTHING;

    /** When the last read of that was over. */
    long lastReadNanos;

    Consistency consistency = Consistency.SESSION;

    /** Whether the client is told token and route without asking. */
    boolean reports;

    /** Highest index that this session committed, or was told of by its client; what it only read is not in it. */
    long committed;

    final LastRoute route = new LastRoute();

    /** What ran last, or runs. */
    @Nullable
    ShapeCounts ran;

    /** Of the last write transaction, as far as its token is known. */
    @Nullable
    TransactionToken transaction;

    /** The connection to the local PostgreSQL that holds this session's state, while there is such state. */
    @Nullable
    Backend pinned;

    /** This session's connection to the master's proxy. */
    @Nullable
    Backend relay;

    String relayNode = "";

    List<String> searchPath = List.of("public");
    long searchPathVersion = -1;
    String searchPathSetting = "";

    private volatile @Nullable Working working;

    /** A backend and which of its leases this session has: the number guards others, who have it later, against late cancel requests. */
    private record Working(Backend backend, long lease) {}

    SessionState(SessionUser user, ApplicationPools.Pool pool, boolean relayed, ToldParameters told) {
        this.pool = pool;
        this.told = told;
        this.trace = new SessionTrace(told);
        this.user = user;
        this.relayed = relayed;
    }

    /** There is such a commit; from now on every read sees it. */
    void committed(long index) {
        committed = Math.max(committed, index);
        need = need.committed(index);
        pool.committed(index);
    }

    /** It has read there. See {@link ReadNeed#read(String, long, long)}. */
    void read(String node, long seenUpTo, long inTerm) {
        need = need.read(node, seenUpTo, inTerm);
        lastReadNanos = System.nanoTime();
        route.index(seenUpTo);
    }

    /** What its next read must see under {@link Consistency.Session}. */
    ReadNeed need() {
        need = need.committed(pool.committed());
        return need;
    }

    /** Whether reads must be where this session's own state is, or where what they read is watched. */
    boolean readsOnMaster() {
        return relayed || serializableByDefault || hasHiddenState();
    }

    /** Whether a statement may mean something else in this session than in another one with the same settings. */
    boolean hasHiddenState() {
        for (PinReason p : pins) {
            if (HIDDEN_FROM_REPLICAS.contains(p)) {
                return true;
            }
        }
        return false;
    }

    /** The settings that hold now, the present transaction's own too, as statements. */
    String settingsInEffect() {
        Block b = block;
        if (b == null || b.settings.isEmpty()) {
            return settings.fingerprint();
        }
        StringBuilder all = new StringBuilder(settings.fingerprint());
        b.settings.forEach(s -> all.append(s.sql()).append(';'));
        return all.toString();
    }

    /**
     * The connection that its state was on is lost, or of no use any more.
     *
     * @return whether the session cannot go on without that state. It can without what sequences gave it last: currval() says that it is not defined, as in any new session
     */
    boolean stateLost() {
        pins.remove(PinReason.SEQUENCE_VALUE);
        return !pins.isEmpty();
    }

    void pin(Set<PinReason> reasons) {
        for (PinReason r : reasons) {
            if (r != PinReason.CURSOR) {
                pins.add(r);
            }
        }
    }

    /** That backend works for this session from now on. */
    void working(Backend backend) {
        working = new Working(backend, backend.lease());
    }

    /** Nothing works for this session now. */
    void idle() {
        working = null;
    }

    /** Asks the backend that works for this session, if one does, to stop. For any thread. */
    void cancel() {
        Working w = working;
        if (w != null) {
            w.backend().cancel(w.lease());
        }
    }

    /** A statement failed before it reached a server: its transaction fails with it, and the client is told. */
    void failed(StatementFailure f, MessageOutput out) throws IOException {
        Block b = block;
        if (b != null) {
            b.failed = true;
        }
        tell(f, out);
    }

    /** The client is told of a failure. */
    void tell(StatementFailure f, MessageOutput out) throws IOException {
        ToldFailures.OF_NODE.told(this, f.fields());
        OwnContext.hidden(f.fields()).write(out);
    }

    /** Whether its connection may know prepared statements that were not made by the protocol. */
    boolean mayHavePreparedBySql() {
        return pins.contains(PinReason.PREPARED_STATEMENT) || pins.contains(PinReason.OPAQUE_CODE);
    }

    /** Forgets a statement prepared by the protocol, or all but the unnamed one. */
    void deallocate(Optional<String> name) throws StatementFailure {
        if (name.isEmpty()) {
            prepared.keySet().removeIf(n -> !n.isEmpty());
        } else if (prepared.remove(name.get()) == null) {
            throw new StatementFailure("26000", "prepared statement \"" + name.get() + "\" does not exist", "");
        }
    }

    /** Whether the session can go on at another node, but for what currval() says. */
    boolean holdsNothing() {
        return pins.isEmpty() || pins.size() == 1 && pins.contains(PinReason.SEQUENCE_VALUE);
    }

    char readyStatus() {
        Block b = block;
        return b == null ? 'I' : b.failed ? 'E' : 'T';
    }
}

package io.understudy.jdbc;

import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What stands beside one connection of the application: the link behind it, which may be replaced by one to another node, and the causal token. The node reports token and route with the answers it gives
 * anyway; only when another connection has gone ahead is it told something, in one round trip before the next statement outside of a transaction. As a connection, it is used by one thread after another;
 * {@link #end} may be called by any at any time.
 */
final class Session {
    static final String TOKEN = "understudy.token";
    static final String ROUTE = "understudy.route";
    static final String NODE = "understudy.node";
    static final String TRANSACTION = "understudy.transaction";
    static final String SETTINGS = "understudy.settings";
    static final String PINS = "understudy.pins";

    /** A pin for as long as a transaction block with SETs is open: they are nothing if it does not commit. */
    static final String UNCOMMITTED = "uncommitted_setting";

    /** A link that was used less long ago, and of whose node nobody has heard bad news, is not looked at before it is used. */
    private static final long TRUSTED_NANOS = 100_000_000;

    private final Cluster cluster;
    private final Settings settings;
    private final UnderstudyUrl url;
    private final AtomicBoolean over = new AtomicBoolean();
    private final Failover failover;

    /** Of the application's connection, to be made on each link. */
    private final Setup setup = new Setup();

    private volatile Link link;
    private boolean autoCommit = true;
    private boolean settingsInDoubt;
    private @Nullable SQLException lostTransaction;
    private @Nullable String tokenReported;
    private @Nullable String routeReported;
    private @Nullable String transactionOver;
    private long token;
    private long seen;
    private long usedNanos = System.nanoTime();
    private int lossesKnown;
    private volatile long asked;

    /** @param opener where other links come from */
    Session(Link link, Cluster cluster, Settings settings, UnderstudyUrl url, Failover.Opener opener) {
        this.link = link;
        this.cluster = cluster;
        this.settings = settings;
        this.url = url;
        this.failover = new Failover(this, settings.failover(), opener);
        this.lossesKnown = cluster.losses();
        heard();
    }

    Link link() {
        return link;
    }

    Failover failover() {
        return failover;
    }

    Setup setup() {
        return setup;
    }

    UnderstudyUrl url() {
        return url;
    }

    /** The node's name; empty if the server is none. */
    String node() {
        return Objects.requireNonNullElse(link.reported(NODE), "");
    }

    boolean isNode() {
        return tokenReported != null;
    }

    boolean isOver() {
        return over.get();
    }

    boolean autoCommit() {
        return autoCommit;
    }

    void autoCommit(boolean on) {
        autoCommit = on;
    }

    /** Whether a lost link may be replaced without anybody noticing. */
    boolean movable() {
        String pins = link.reported(PINS);
        return failover.isOn()
                && isNode()
                && !over.get()
                && !settingsInDoubt
                && (pins != null && (pins.isEmpty() || pins.equals(UNCOMMITTED)));
    }

    /** Whether there are settings of a transaction that is over, or may be, and that the node has not told. */
    void settingsInDoubt(boolean inDoubt) {
        settingsInDoubt = inDoubt;
    }

    /** The transaction that was lost and of whose end the application has not taken note; null if there is none. */
    @Nullable
    SQLException lostTransaction() {
        return lostTransaction;
    }

    void lostTransaction(@Nullable SQLException cause) {
        lostTransaction = cause;
    }

    /**
     * Before something is sent: a link that has ended meanwhile is replaced, so that what is sent is not sent in vain.
     *
     * @throws SQLException it cannot be replaced; what to do is said in it
     */
    void beforeSending() throws SQLException {
        Link l = link;
        int losses = cluster.losses();
        if (System.nanoTime() - usedNanos < TRUSTED_NANOS && losses == lossesKnown && !l.isClosed()) {
            return;
        }
        lossesKnown = losses;
        if (!over.get() && isNode()) {
            failover.replaceIfEnded(l);
        }
    }

    /**
     * Before something runs: if others have gone ahead, the node must know. What this connection has read does not make up for that: a route's index is the highest that the statement can have seen, and
     * the next one on the same replica need not see more than it did.
     */
    void beforeRunning() throws SQLException {
        Link l = link;
        long wanted = Math.max(asked, cluster.token(settings.causality()));
        if (wanted > token && isNode() && !l.isClosed() && !l.inTransaction()) {
            // By this way no transaction is begun for it when autocommit is off.
            l.connection().execSQLUpdate("SET understudy.token = " + wanted);
            heard();
        }
    }

    /** After something ran: takes up what the node reported. */
    void heard() {
        usedNanos = System.nanoTime();
        Link l = link;
        String t = l.reported(TOKEN);
        if (t != null && !t.equals(tokenReported)) {
            tokenReported = t;
            token = Math.max(token, number(t));
            cluster.committed(token);
        }
        String r = l.reported(ROUTE);
        if (r != null && !r.equals(routeReported)) {
            routeReported = r;
            seen = Math.max(seen, Route.indexOf(r));
            if (settings.causality() == Causality.READS) {
                cluster.seen(seen);
            }
        }
        if (!l.inTransaction()) {
            transactionOver = l.reported(TRANSACTION);
        }
    }

    private static long number(String reported) {
        try {
            return Long.parseLong(reported);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    Optional<String> transactionToken() {
        return Optional.ofNullable(link.reported(TRANSACTION));
    }

    /** The token of the transaction that runs, or ran when the link was lost; null if it is not known, or wrote nothing. */
    @Nullable
    String presentToken() {
        String t = link.reported(TRANSACTION);
        return t == null || t.equals(transactionOver) ? null : t;
    }

    long causalToken() {
        return Math.max(asked, Math.max(token, seen));
    }

    void causalToken(long index) throws SQLException {
        if (index < 0) {
            throw new SQLException("A causal token is not negative: " + index, "22023");
        }
        asked = Math.max(asked, index);
        if (settings.causality() != Causality.CONNECTION) {
            cluster.committed(index);
        }
    }

    Optional<Route> lastRoute() {
        return Route.parse(routeReported);
    }

    /** That link is lost: the others look after theirs, and new ones are opened elsewhere. */
    void noteLoss(Link lost) {
        cluster.lost(lost.address(), settings.avoid());
    }

    /**
     * From now on that link is behind the application's connection, with all that was set.
     *
     * @throws SQLException it cannot be set up; the one before is kept
     */
    void replaceLink(Link fresh) throws SQLException {
        Link before = link;
        setup.repeat(fresh.connection());
        String set = before.reported(SETTINGS);
        if (set != null && !set.isEmpty() && !set.equals(fresh.reported(SETTINGS))) {
            fresh.connection().execSQLUpdate(set);
        }
        fresh.connection().setAutoCommit(autoCommit);
        synchronized (over) {
            if (over.get()) {
                throw new SQLException("The connection was closed while it moved to another node", "08003");
            }
            link = fresh;
            cluster.nodes().closed(before.address());
            cluster.leave();
        }
        before.drop();
        // What was read here is not to be younger than what will be.
        asked = causalToken();
        token = 0;
        tokenReported = null;
        heard();
    }

    /** A link that did not become this session's. */
    void discard(Link fresh) {
        if (fresh != link) {
            cluster.nodes().closed(fresh.address());
            cluster.leave();
            fresh.drop();
        }
    }

    /** The application is done with it. */
    void end() {
        synchronized (over) {
            if (over.compareAndSet(false, true)) {
                cluster.nodes().closed(link.address());
                cluster.leave();
            }
        }
    }
}

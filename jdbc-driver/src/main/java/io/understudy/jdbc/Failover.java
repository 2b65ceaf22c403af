package io.understudy.jdbc;

import java.net.SocketTimeoutException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.CachedQuery;

/**
 * What is done when a session's link is lost: another one is put in its place if nobody can tell the difference; what became of a commit is asked; and what cannot be hidden is told. Used by the thread
 * that uses the connection.
 */
final class Failover {
    private static final Logger LOG = Logger.getLogger(Failover.class.getName());
    private static final long PAUSE_MILLIS = 50;
    private static final Pattern IS_READ = Pattern.compile("\"kind\"\\s*:\\s*\"read\"");

    private final Session session;
    private final Duration limit;
    private final Opener opener;
    private volatile boolean moving;

    /** The link that was lost as its transaction ended; null if there was none. */
    private @Nullable Link over;

    /** Opens a link to whichever node gives one. */
    interface Opener {
        /** @param limit for all nodes together */
        Link open(Duration limit) throws SQLException;
    }

    /** What to do after a loss that is hidden. */
    enum Next {
        /** Run it again, on the link that is there now. */
        AGAIN,
        /** It took place. */
        DONE
    }

    private enum Outcome {
        COMMITTED,
        NOT_COMMITTED,
        UNKNOWN
    }

    /** @param limit for one loss; zero: losses are the application's */
    Failover(Session session, Duration limit, Opener opener) {
        this.session = session;
        this.limit = limit;
        this.opener = opener;
    }

    boolean isOn() {
        return !limit.isZero();
    }

    /** Whether a link is being replaced just now. For any thread. */
    boolean isMoving() {
        return moving;
    }

    /** Whether that failure is a loss, and this class knows what to do. */
    boolean isLoss(Link on, Throwable failure) {
        if (!(failure instanceof SQLException e) || session.isOver() || !session.isNode() || on != session.link()) {
            return false;
        }
        String state = Losses.stateOf(e);
        boolean lost = on.isClosed();
        if (lost) {
            session.noteLoss(on);
        }
        return isOn() && (lost || state.equals(Losses.UNKNOWN) || state.equals(Losses.LOST) && !on.inTransaction());
    }

    /** Of what a node says unasked on an idle connection: anything but a warning is its end. */
    private static boolean isEnd(SQLException e) {
        String state = Losses.stateOf(e);
        return state.startsWith("08") || state.startsWith("57P");
    }

    /** Puts another link in the place of one that has ended while it was idle. */
    void replaceIfEnded(Link l) throws SQLException {
        if (l.isClosed()) {
            if (isOn()) {
                SQLException cause = gone();
                if (l.inTransaction() && over != l) {
                    // By pgjdbc's own object: nobody here has seen it.
                    lostTransaction(l, cause);
                }
                replace(l, cause, limit);
            }
        } else if (!l.inTransaction()) {
            SQLException end = l.lookForEnd();
            if (end != null && (l.isClosed() || isEnd(end))) {
                session.noteLoss(l);
                if (isOn()) {
                    l.drop();
                    replace(l, end, limit);
                }
            }
        }
    }

    /**
     * For {@code isValid}: the link did not answer.
     *
     * @param seconds zero is no limit of its own
     */
    boolean revive(int seconds) {
        Link l = session.link();
        if (!session.movable()) {
            return false;
        }
        SQLException cause = gone();
        boolean open = l.inTransaction();
        Duration own = Duration.ofSeconds(seconds);
        try {
            session.noteLoss(l);
            l.drop();
            if (open && over != l) {
                lostTransaction(l, cause);
            }
            replace(l, cause, seconds == 0 || own.compareTo(limit) > 0 ? limit : own);
        } catch (SQLException e) {
            return false;
        }
        return true;
    }

    /**
     * After a loss.
     *
     * @param sql what ran, if that is a statement of the application's
     * @throws SQLException it cannot be hidden
     */
    Next after(Link on, Effect effect, @Nullable String sql, SQLException cause) throws SQLException {
        boolean open = on.inTransaction();
        if ((effect == Effect.STATEMENT || effect == Effect.HARMLESS) && !open && Losses.isBeforeIt(cause)) {
            replace(on, cause, limit);
            return Next.AGAIN;
        }
        if (effect == Effect.COMMIT || effect == Effect.ROLLBACK) {
            over = on;
        }
        if (effect == Effect.COMMIT) {
            return afterCommit(on, cause);
        }
        if (effect == Effect.ROLLBACK) {
            replace(on, cause, limit);
            return Next.DONE;
        }
        if (open) {
            throw inTransaction(on, sql, cause);
        }
        if (effect == Effect.NONE) {
            throw cause;
        }
        return session.autoCommit() ? byItself(on, effect, sql, cause) : firstOfTransaction(on, effect, sql, cause);
    }

    /**
     * While the application has not taken note that its transaction is lost: it ends it, or is refused.
     *
     * @throws SQLException unless it rolls back
     */
    void whileLost(Effect effect, @Nullable String sql) throws SQLException {
        SQLException lost = session.lostTransaction();
        if (lost == null || effect == Effect.HARMLESS) {
            return;
        }
        if (effect == Effect.ROLLBACK || SqlText.isRollback(sql)) {
            session.lostTransaction(null);
        } else if (effect == Effect.COMMIT || SqlText.isCommit(sql)) {
            session.lostTransaction(null);
            throw Losses.commitOfLost(lost);
        } else {
            throw Losses.aborted(lost);
        }
    }

    /** What was to run cannot be carried to the present link. */
    SQLException notRun(String what) {
        SQLException e = Losses.notRun(what, null);
        if (!session.autoCommit()) {
            session.lostTransaction(e);
        }
        return e;
    }

    private Next afterCommit(Link on, SQLException cause) throws SQLException {
        String token = session.presentToken();
        session.settingsInDoubt(on.isClosed() && pins(on).endsWith(Session.UNCOMMITTED));
        // Nodes tell a transaction's token with its first answer: without one there was nothing to commit.
        Outcome o = token == null ? Outcome.COMMITTED : ask(on, token);
        replaceQuietly(on, cause);
        return switch (o) {
            case COMMITTED -> Next.DONE;
            case NOT_COMMITTED -> throw Losses.notCommitted(String.valueOf(token), cause);
            case UNKNOWN -> throw Losses.unknown(token, cause);
        };
    }

    private SQLException inTransaction(Link on, @Nullable String sql, SQLException cause) throws SQLException {
        String token = session.presentToken();
        if (SqlText.mayCommit(sql) && token != null) {
            Outcome o = ask(on, token);
            if (o != Outcome.NOT_COMMITTED) {
                replaceQuietly(on, cause);
                return told(o, token, cause);
            }
        }
        SQLException told = lostTransaction(on, cause);
        replace(on, cause, limit);
        return told;
    }

    private static SQLException gone() {
        return new SQLException("the connection to the node is lost", Losses.LOST);
    }

    private SQLException lostTransaction(Link on, SQLException cause) {
        SQLException told = Losses.rolledBack(name(on), cause);
        session.lostTransaction(told);
        return told;
    }

    /** Nothing has been done in the transaction yet, and nobody can commit any more what this statement did. */
    private Next firstOfTransaction(Link on, Effect effect, @Nullable String sql, SQLException cause)
            throws SQLException {
        if (effect != Effect.HARMLESS && SqlText.mayCommit(sql)) {
            throw settled(on, session.presentToken(), cause);
        }
        replace(on, cause, limit);
        if (effect == Effect.BATCH || timedOut(cause)) {
            throw lostTransaction(on, cause);
        }
        return Next.AGAIN;
    }

    private Next byItself(Link on, Effect effect, @Nullable String sql, SQLException cause) throws SQLException {
        String token = session.presentToken();
        if (effect == Effect.BATCH || effect == Effect.STATEMENT && token != null) {
            // Of a batch, parts may have been committed by themselves before.
            throw settled(on, effect == Effect.BATCH ? null : token, cause);
        }
        if (timedOut(cause)) {
            boolean harmless = effect == Effect.HARMLESS || isReadOnly(on, sql, cause);
            replaceQuietly(on, cause);
            throw harmless ? Losses.timedOut(cause) : Losses.unknown(null, cause);
        }
        boolean lost = on.isClosed();
        replace(on, cause, limit);
        if (effect == Effect.STATEMENT && !isRead(sql)) {
            throw lost ? Losses.unknown(null, cause) : cause;
        }
        return Next.AGAIN;
    }

    /** What to tell of a statement that may have been committed. */
    private SQLException settled(Link on, @Nullable String token, SQLException cause) {
        Outcome o = token == null ? Outcome.UNKNOWN : ask(on, token);
        replaceQuietly(on, cause);
        return told(o, token, cause);
    }

    private static SQLException told(Outcome o, @Nullable String token, SQLException cause) {
        return switch (o) {
            case COMMITTED -> Losses.committedWithoutResult(String.valueOf(token), cause);
            case NOT_COMMITTED -> Losses.notCommitted(String.valueOf(token), cause);
            case UNKNOWN -> Losses.unknown(token, cause);
        };
    }

    private boolean isReadOnly(Link on, @Nullable String sql, SQLException cause) throws SQLException {
        replaceQuietly(on, cause);
        return !session.link().isClosed() && isRead(sql);
    }

    /** A node is asked: it knows what functions and views do. */
    private boolean isRead(@Nullable String sql) {
        if (sql == null) {
            return false;
        }
        BaseConnection c = session.link().connection();
        try {
            CachedQuery query = c.createQuery(sql, true, true);
            if (query.query.getSubqueries() != null) {
                return false;
            }
            StringBuilder told = new StringBuilder();
            try (ResultSet r = c.execSQLQuery("EXPLAIN (ROUTE, FORMAT JSON) " + query.query.getNativeSql())) {
                while (r.next()) {
                    told.append(r.getString(1));
                }
            }
            return IS_READ.matcher(told).find();
        } catch (SQLException e) {
            return false;
        }
    }

    private static boolean timedOut(SQLException e) {
        return e.getCause() instanceof SocketTimeoutException;
    }

    private void replaceQuietly(Link lost, SQLException cause) {
        try {
            replace(lost, cause, limit);
        } catch (SQLException e) {
            // The next use of the connection says it.
            LOG.log(Level.FINE, "not replaced", e);
        }
    }

    /** Does nothing to a link that goes on. */
    private void replace(Link lost, SQLException cause, Duration within) throws SQLException {
        if (!lost.isClosed() || lost != session.link()) {
            return;
        }
        if (!session.movable()) {
            throw Losses.state(name(lost), pins(lost), cause);
        }
        Deadline deadline = new Deadline(within);
        SQLException last = null;
        moving = true;
        try {
            do {
                Link fresh = null;
                try {
                    fresh = opener.open(deadline.left());
                    session.replaceLink(fresh);
                    return;
                } catch (SQLException e) {
                    last = e;
                    if (fresh != null) {
                        discard(fresh);
                    } else if (Losses.stateOf(e).startsWith("28")) {
                        break;
                    }
                }
            } while (!session.isOver() && deadline.pause());
        } finally {
            moving = false;
        }
        throw Losses.noOtherNode(name(lost), cause, last);
    }

    private Outcome ask(Link on, String token) {
        Deadline deadline = new Deadline(limit);
        session.settingsInDoubt(on.isClosed() && pins(on).endsWith(Session.UNCOMMITTED));
        String question = "SELECT understudy.outcome('" + token.replace("'", "''") + "')";
        do {
            Link asked = on;
            try {
                if (on.isClosed()) {
                    asked = opener.open(deadline.left());
                }
                try (ResultSet r = asked.connection().execSQLQuery(question)) {
                    r.next();
                    Outcome o = "committed".equals(r.getString(1)) ? Outcome.COMMITTED : Outcome.NOT_COMMITTED;
                    if (o == Outcome.NOT_COMMITTED) {
                        session.settingsInDoubt(false);
                    }
                    takeOver(on, asked);
                    return o;
                }
            } catch (SQLException e) {
                // Not known there, or lost, too.
                if (asked != on) {
                    discard(asked);
                }
            }
        } while (!session.isOver() && deadline.pause());
        return Outcome.UNKNOWN;
    }

    /** Who has been asked can go on with the session, too. */
    private void takeOver(Link on, Link asked) {
        if (asked == on) {
            return;
        }
        if (session.movable()) {
            try {
                session.replaceLink(asked);
                return;
            } catch (SQLException e) {
                // The next attempt says it.
            }
        }
        discard(asked);
    }

    private void discard(Link fresh) {
        session.discard(fresh);
    }

    private static String name(Link l) {
        String node = l.reported(Session.NODE);
        return node == null || node.isEmpty() ? l.address().toString() : node;
    }

    private static String pins(Link l) {
        String pins = l.reported(Session.PINS);
        return pins == null ? "" : pins;
    }

    /** The end of a wait. */
    private static final class Deadline {
        private final long nanos;

        Deadline(Duration d) {
            this.nanos = System.nanoTime() + d.toNanos();
        }

        Duration left() {
            return Duration.ofNanos(Math.max(1_000_000, nanos - System.nanoTime()));
        }

        /** Waits a moment; false if it is over. */
        boolean pause() {
            if (System.nanoTime() + PAUSE_MILLIS * 1_000_000 >= nanos) {
                return false;
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}

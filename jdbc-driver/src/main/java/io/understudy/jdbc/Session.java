package io.understudy.jdbc;

import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * What stands beside one connection: which node it goes to, and the causal token. The node reports token and route with the answers it gives anyway; only when another connection has gone ahead is it
 * told something, in one round trip before the next statement outside of a transaction.
 */
final class Session {
    static final String TOKEN = "understudy.token";
    static final String ROUTE = "understudy.route";
    static final String NODE = "understudy.node";
    static final String TRANSACTION = "understudy.transaction";

    private final BaseConnection connection;
    private final Cluster cluster;
    private final Settings settings;
    private final UnderstudyUrl url;
    private final Address address;
    private final AtomicBoolean over = new AtomicBoolean();
    private @Nullable String tokenReported;
    private @Nullable String routeReported;
    private long token;
    private long seen;
    private volatile long asked;

    Session(BaseConnection connection, Cluster cluster, Settings settings, UnderstudyUrl url, Address address) {
        this.connection = connection;
        this.cluster = cluster;
        this.settings = settings;
        this.url = url;
        this.address = address;
        heard();
    }

    BaseConnection connection() {
        return connection;
    }

    UnderstudyUrl url() {
        return url;
    }

    /** The node's name; empty if the server is none. */
    String node() {
        String node = connection.getParameterStatus(NODE);
        return node == null ? "" : node;
    }

    boolean isNode() {
        return tokenReported != null;
    }

    /**
     * Before something runs: if others have gone ahead, the node must know. What this connection has read does not make up for that: a route's index is the highest that the statement can have seen, and
     * the next one on the same replica need not see more than it did.
     */
    void beforeRunning() throws SQLException {
        long wanted = Math.max(asked, cluster.token(settings.causality()));
        if (wanted > token
                && isNode()
                && !connection.isClosed()
                && connection.getTransactionState() == TransactionState.IDLE) {
            // By this way no transaction is begun for it when autocommit is off.
            connection.execSQLUpdate("SET understudy.token = " + wanted);
            heard();
        }
    }

    /** After something ran: takes up what the node reported. */
    void heard() {
        String t = connection.getParameterStatus(TOKEN);
        if (t != null && !t.equals(tokenReported)) {
            tokenReported = t;
            token = Math.max(token, number(t));
            cluster.committed(token);
        }
        String r = connection.getParameterStatus(ROUTE);
        if (r != null && !r.equals(routeReported)) {
            routeReported = r;
            seen = Math.max(seen, Route.indexOf(r));
            if (settings.causality() == Causality.READS) {
                cluster.seen(seen);
            }
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
        return Optional.ofNullable(connection.getParameterStatus(TRANSACTION));
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

    /** Something failed: if the connection is lost by it, the next one is opened elsewhere. */
    void failed(Throwable failure) {
        if (failure instanceof SQLException e
                && e.getSQLState() != null
                && e.getSQLState().startsWith("08")
                && closed()) {
            cluster.nodes().failed(address, settings.avoid());
        }
    }

    private boolean closed() {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    /** The application is done with it. */
    void end() {
        if (over.compareAndSet(false, true)) {
            cluster.nodes().closed(address);
            cluster.leave();
        }
    }
}

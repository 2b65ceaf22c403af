package io.understudy.jdbc;

import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** The connection to a node that stands behind the application's at present. Two links are the same only if they are one object. */
final class Link {
    private static final Logger LOG = Logger.getLogger(Link.class.getName());
    private static final int CHECK_MILLIS = 1;

    private final BaseConnection connection;
    private final Address address;

    Link(BaseConnection connection, Address address) {
        this.connection = connection;
        this.address = address;
    }

    BaseConnection connection() {
        return connection;
    }

    Address address() {
        return address;
    }

    /** What the node reported; null if it never did. Known after the link is lost, too. */
    @Nullable
    String reported(String name) {
        return connection.getParameterStatus(name);
    }

    /** Whether a transaction block is open, or was when the link was lost. */
    boolean inTransaction() {
        return connection.getTransactionState() != TransactionState.IDLE;
    }

    boolean isClosed() {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    /**
     * Looks, for a millisecond at most, whether the node has closed the connection or said good-bye. Only outside of a transaction.
     *
     * @return what was found; null if nothing was
     */
    @Nullable
    SQLException lookForEnd() {
        try {
            connection.getQueryExecutor().processNotifies(CHECK_MILLIS);
            return null;
        } catch (SQLException e) {
            return e;
        }
    }

    /** Lets go of it without a word to the node. */
    void drop() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.log(Level.FINE, "dropping", e);
        }
    }
}

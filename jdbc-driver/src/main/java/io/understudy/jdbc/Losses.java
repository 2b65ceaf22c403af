package io.understudy.jdbc;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What an application is told of a loss that could not be hidden. The class says what to do, for those who go by it: {@link java.sql.SQLTransientException} run it again on this connection,
 * {@link SQLRecoverableException} get another connection and run it again, {@link SQLNonTransientConnectionException} do not simply run it again. Each has pgjdbc's exception as its cause.
 */
final class Losses {
    static final String SERIALIZATION = "40001";
    static final String UNKNOWN = "08007";
    static final String LOST = "08006";
    static final String NOT_NOW = "57P03";
    static final String ABORTED = "25P02";
    static final String CANCELLED = "57014";

    /** Where a node says that it shuts down. */
    private static final String LEAVING = "understudy_leaving";

    private Losses() {}

    /** The transaction is gone, and certainly not committed. */
    static SQLException rolledBack(String node, SQLException cause) {
        return new SQLTransactionRollbackException(
                "The transaction was lost with the connection to node " + node
                        + " and rolled back: nothing of it was committed. Call rollback() and run the transaction again; this connection goes on at another node.",
                SERIALIZATION,
                cause);
    }

    /** A commit, or a statement by itself, of which the log says that it never happened. */
    static SQLException notCommitted(String token, SQLException cause) {
        return new SQLTransactionRollbackException(
                "It was certainly not committed: the cluster has settled transaction " + token
                        + ", which was cut off, as not committed. Run it again.",
                SERIALIZATION,
                cause);
    }

    /** Nothing has run: what was to run could not be carried to another connection. */
    static SQLException notRun(String what, @Nullable SQLException cause) {
        return new SQLTransactionRollbackException(
                "Nothing was run: the connection moved to another node, and " + what
                        + " cannot be carried over. Set it again and run it again.",
                SERIALIZATION,
                cause);
    }

    /** A statement by itself did happen, but what it returned is lost. */
    static SQLException committedWithoutResult(String token, SQLException cause) {
        return new SQLNonTransientConnectionException(
                "It was committed (transaction " + token
                        + "), but the connection was lost before its result came, which is therefore not known. Do not run it again.",
                UNKNOWN,
                cause);
    }

    /** Nobody could tell in time. */
    static SQLException unknown(@Nullable String token, SQLException cause) {
        if (UNKNOWN.equals(cause.getSQLState())) {
            return cause;
        }
        if (token == null) {
            return new SQLNonTransientConnectionException(
                    "The connection was lost while this ran, and whether it took place is not known. Look whether its changes are there before you repeat it.",
                    UNKNOWN,
                    cause);
        }
        return new SQLNonTransientConnectionException(
                "The connection was lost during the commit, and no node could tell in time whether it took place. Ask later, on any connection: SELECT understudy.outcome('"
                        + token + "').",
                UNKNOWN,
                cause);
    }

    /** The session had something that no other one can have. */
    static SQLException state(String node, String pins, SQLException cause) {
        return new SQLRecoverableException(
                "The connection to node " + node + " was lost, and with it what only this session had ("
                        + (pins.isEmpty() ? "unknown" : pins)
                        + "). Get another connection, make that again, and run again what was not committed.",
                stateOf(cause),
                cause);
    }

    /** No other node took the connection over. */
    static SQLException noOtherNode(String node, SQLException cause, @Nullable SQLException last) {
        SQLException e = new SQLRecoverableException(
                "The connection to node " + node + " was lost, and no other node took it over in time"
                        + (last == null ? "" : " (" + last.getMessage() + ")")
                        + ". Get another connection when a node is back, and run it again.",
                LOST,
                cause);
        if (last != null) {
            e.addSuppressed(last);
        }
        return e;
    }

    /** The application's own limit is over. */
    static SQLException timedOut(SQLException cause) {
        return new SQLTransientConnectionException(
                "The node did not answer within the network time-out. Run it again; this connection goes on at another node.",
                LOST,
                cause);
    }

    /** Before the application has taken note that its transaction is gone. */
    static SQLException aborted(SQLException cause) {
        return new SQLTransactionRollbackException(
                "The current transaction was lost with its node and rolled back; call rollback() before anything else, then run it again.",
                ABORTED,
                cause);
    }

    /** An application commits what has been lost. */
    static SQLException commitOfLost(SQLException cause) {
        return new SQLTransactionRollbackException(
                "It was not committed: the transaction was lost with its node before, and rolled back. Run it again.",
                SERIALIZATION,
                cause);
    }

    static SQLException cancelled(SQLException cause) {
        return new SQLException(
                "The statement was cancelled while its connection moved to another node", CANCELLED, cause);
    }

    /** A failure on a connection that goes on, in the class that says what to do. */
    static Throwable inItsClass(Throwable t) {
        if (!(t instanceof SQLException e) || e.getClass() != PSQLException.class) {
            return t;
        }
        String state = stateOf(e);
        if (state.equals(SERIALIZATION)) {
            return new SQLTransactionRollbackException(e.getMessage(), state, e);
        }
        return state.equals(NOT_NOW) ? new SQLTransientConnectionException(e.getMessage(), state, e) : t;
    }

    /** Whether the node had ended the connection, in good order, before it took what was sent: then that was certainly not run. */
    static boolean isBeforeIt(SQLException e) {
        ServerErrorMessage said = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
        return said != null && LEAVING.equals(said.getRoutine());
    }

    static String stateOf(SQLException e) {
        String state = e.getSQLState();
        return state == null ? LOST : state;
    }
}

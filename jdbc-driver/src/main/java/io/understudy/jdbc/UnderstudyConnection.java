package io.understudy.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A connection to a cluster. Get it by {@code connection.unwrap(UnderstudyConnection.class)}, from a pool's connection too; {@code unwrap(PGConnection.class)} gives pgjdbc's. As pgjdbc's, it may be
 * used by several threads one after another.
 */
public interface UnderstudyConnection extends Connection {

    /**
     * The highest position in the statement log that this connection has committed or seen. Another service that gives it to {@link #causalToken(long)} reads nothing older. No round trip.
     *
     * @return 0 if it is not known: nothing has run yet, or the server is no node
     */
    long causalToken() throws SQLException;

    /**
     * From now on, reads on this connection and on those that share its data source see everything up to that position. A read waits for a replica that has it, or runs on the master. The node is told
     * with the next statement that is not inside a transaction.
     *
     * @param token what {@link #causalToken()} of a connection to the same cluster gave, not negative
     */
    void causalToken(long token) throws SQLException;

    /**
     * By what any connection to the cluster can be asked, with {@code SELECT understudy.outcome(?)}, whether the present transaction committed, if this one is lost in the middle of it. Known once a
     * transaction with autocommit off has run a statement that is not a mere read-only one; stays until the next one has. A
     * write by itself tells it ahead of its commit. The driver asks by itself when a commit is cut off. No round trip.
     */
    Optional<String> transactionToken() throws SQLException;

    /** Where the last statement ran that had to run somewhere. No round trip. Empty if none has, or the server is no node. */
    Optional<Route> lastRoute() throws SQLException;

    /** Name of the node this connection goes to at present, another one after that was lost; empty if the server is no node. No round trip. */
    String node() throws SQLException;
}

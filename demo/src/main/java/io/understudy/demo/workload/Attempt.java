package io.understudy.demo.workload;

import io.understudy.demo.history.Action;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * One transaction that is about to be tried.
 *
 * @param planned what it is, as far as that is known before
 * @param block how its transaction is begun and ended
 * @param body its statements
 */
record Attempt(Action planned, Block block, Body body) {

    /** How statements make a transaction. */
    enum Block {
        /** One statement without a transaction block. */
        NONE(0),
        READ_COMMITTED(Connection.TRANSACTION_READ_COMMITTED),
        REPEATABLE_READ(Connection.TRANSACTION_REPEATABLE_READ),
        SERIALIZABLE(Connection.TRANSACTION_SERIALIZABLE);

        /** By JDBC's numbers. */
        final int isolation;

        Block(int isolation) {
            this.isolation = isolation;
        }
    }

    /** The statements. */
    @FunctionalInterface
    interface Body {
        /** Runs them, and says what was done in the end. */
        Action run(Connection connection) throws SQLException;
    }
}

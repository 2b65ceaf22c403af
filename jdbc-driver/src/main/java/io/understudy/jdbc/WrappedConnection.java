package io.understudy.jdbc;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Before a connection. */
final class WrappedConnection extends Wrapped {
    private WrappedConnection(Session session) {
        super(session, session.link().connection());
    }

    static UnderstudyConnection around(Session session) {
        // Many a program casts instead of unwrapping: let it find PGConnection.
        return proxy(
                UnderstudyConnection.class,
                new WrappedConnection(session),
                UnderstudyConnection.class,
                PGConnection.class);
    }

    @Override
    @Nullable
    Object own(Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws SQLException {
        if (isStale()) {
            renew();
        }
        switch (method.getName()) {
            case "causalToken" -> {
                if (arguments == null) {
                    return session.causalToken();
                }
                session.causalToken((Long) Objects.requireNonNull(arguments[0]));
                return null;
            }
            case "transactionToken" -> {
                return session.transactionToken();
            }
            case "lastRoute" -> {
                return session.lastRoute();
            }
            case "node" -> {
                return session.node();
            }
            case "isClosed" -> {
                return session.isOver() || session.link().isClosed() && !session.movable();
            }
            case "isValid" -> {
                return isValid((Integer) Objects.requireNonNull(Objects.requireNonNull(arguments)[0]));
            }
            case "createStatement", "prepareStatement", "prepareCall" -> {
                // pgjdbc makes them without a node, but not on a closed connection.
                session.beforeSending();
                if (isStale()) {
                    renew();
                }
            }
            case "close", "abort" -> session.end();
            default -> {}
        }
        return NOT_OWN;
    }

    private boolean isValid(int seconds) throws SQLException {
        if (session.isOver()) {
            return false;
        }
        if (session.link().connection().isValid(seconds)) {
            return true;
        }
        return session.failover().revive(seconds);
    }

    @Override
    Effect effect(Method method, @Nullable Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "commit" -> Effect.COMMIT;
            case "rollback" -> arguments == null ? Effect.ROLLBACK : Effect.STATEMENT;
            case "setAutoCommit" ->
                session.link().inTransaction() || session.lostTransaction() != null
                        ? isChange(arguments) ? Effect.COMMIT : Effect.NONE
                        : Effect.HARMLESS;
            case "getSchema",
                    "setSchema",
                    "getTransactionIsolation",
                    "setTransactionIsolation",
                    "setReadOnly",
                    "setClientInfo",
                    "setNetworkTimeout",
                    "createArrayOf" -> Effect.HARMLESS;
            case "setSavepoint", "releaseSavepoint", "getCopyAPI", "getLargeObjectAPI", "getFastpathAPI" ->
                Effect.STATEMENT;
            default -> Effect.NONE;
        };
    }

    private boolean isChange(@Nullable Object @Nullable [] arguments) {
        return arguments != null && !Boolean.valueOf(session.autoCommit()).equals(arguments[0]);
    }

    /** What the server keeps of it, the node reports. */
    @Override
    void done(Method method, @Nullable Object @Nullable [] arguments) {
        String name = method.getName();
        switch (name) {
            case "setAutoCommit" -> session.autoCommit(Boolean.TRUE.equals(Objects.requireNonNull(arguments)[0]));
            case "setReadOnly",
                    "setNetworkTimeout",
                    "setHoldability",
                    "setTypeMap",
                    "setPrepareThreshold",
                    "setDefaultFetchSize",
                    "setAutosave",
                    "setAdaptiveFetch",
                    "setQueryTimeout" -> session.setup().call(name, method, arguments);
            case "addDataType", "setClientInfo" ->
                session.setup().call(name + Objects.requireNonNull(arguments)[0], method, arguments);
            default -> {}
        }
    }

    /** After the commit that it is, too. */
    @Override
    @Nullable
    Object afterwards(Method method, @Nullable Object @Nullable [] arguments) throws SQLException {
        if (method.getName().equals("setAutoCommit")) {
            done(method, arguments);
            if (!session.link().isClosed()) {
                session.link().connection().setAutoCommit(session.autoCommit());
            }
        }
        return null;
    }

    @Override
    void renew() {
        Link l = session.link();
        become(l.connection(), l);
    }

    @Override
    @Nullable
    Object result(Object proxy, Method method, @Nullable Object @Nullable [] arguments, @Nullable Object result) {
        if (result instanceof Statement s) {
            return WrappedStatement.around(session, (Connection) proxy, s, method, arguments);
        }
        if (result instanceof DatabaseMetaData m) {
            return WrappedMetaData.around(session, (Connection) proxy, m);
        }
        return result;
    }
}

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
        super(session, session.connection());
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
    Object own(Object proxy, String method, @Nullable Object @Nullable [] arguments) throws SQLException {
        switch (method) {
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
            case "close", "abort" -> session.end();
            default -> {}
        }
        return NOT_OWN;
    }

    @Override
    boolean runs(Method method) {
        return switch (method.getName()) {
            case "commit", "rollback", "setAutoCommit", "getCopyAPI", "getLargeObjectAPI", "getFastpathAPI" -> true;
            default -> false;
        };
    }

    @Override
    @Nullable
    Object result(Object proxy, @Nullable Object result) {
        if (result instanceof Statement s) {
            return WrappedStatement.around(session, (Connection) proxy, s);
        }
        if (result instanceof DatabaseMetaData m) {
            return WrappedMetaData.around(session, (Connection) proxy, m);
        }
        return result;
    }
}

package io.understudy.jdbc;

import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Before a result, so that the statement it names is the application's. */
final class WrappedResultSet extends Wrapped {
    private final @Nullable Statement statement;

    private WrappedResultSet(Session session, @Nullable Statement statement, ResultSet target) {
        super(session, target);
        this.statement = statement;
    }

    /** @param statement null if it comes from none */
    static ResultSet around(Session session, @Nullable Statement statement, ResultSet target) {
        return proxy(ResultSet.class, new WrappedResultSet(session, statement, target), ResultSet.class);
    }

    @Override
    @Nullable
    Object own(Object proxy, Method method, @Nullable Object @Nullable [] arguments) {
        return method.getName().equals("getStatement") ? statement : NOT_OWN;
    }

    @Override
    Effect effect(Method method, @Nullable Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "insertRow", "updateRow", "deleteRow", "refreshRow" -> Effect.STATEMENT;
            default -> Effect.NONE;
        };
    }

    /** A result goes with its link. */
    @Override
    void beforeAgain(SQLException cause) throws SQLException {
        throw cause;
    }

    @Override
    @Nullable
    Object result(Object proxy, Method method, @Nullable Object @Nullable [] arguments, @Nullable Object result) {
        // A column may be a cursor.
        return result instanceof ResultSet r ? around(session, statement, r) : result;
    }
}

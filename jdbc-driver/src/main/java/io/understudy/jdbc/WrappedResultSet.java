package io.understudy.jdbc;

import java.lang.reflect.Method;
import java.sql.ResultSet;
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
    Object own(Object proxy, String method, @Nullable Object @Nullable [] arguments) {
        return method.equals("getStatement") ? statement : NOT_OWN;
    }

    @Override
    boolean runs(Method method) {
        return switch (method.getName()) {
            case "insertRow", "updateRow", "deleteRow", "refreshRow" -> true;
            default -> false;
        };
    }

    @Override
    @Nullable
    Object result(Object proxy, @Nullable Object result) {
        // A column may be a cursor.
        return result instanceof ResultSet r ? around(session, statement, r) : result;
    }
}

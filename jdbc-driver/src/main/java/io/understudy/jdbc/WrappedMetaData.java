package io.understudy.jdbc;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import org.jspecify.annotations.Nullable;

/** Before what a connection says of its database. */
final class WrappedMetaData extends Wrapped {
    private final Connection connection;

    private WrappedMetaData(Session session, Connection connection, DatabaseMetaData target) {
        super(session, target);
        this.connection = connection;
    }

    static DatabaseMetaData around(Session session, Connection connection, DatabaseMetaData target) {
        return proxy(DatabaseMetaData.class, new WrappedMetaData(session, connection, target), DatabaseMetaData.class);
    }

    @Override
    Object own(Object proxy, String method, @Nullable Object @Nullable [] arguments) {
        return switch (method) {
            case "getConnection" -> connection;
            case "getURL" -> session.url().toString();
            case "getDriverName" -> "Understudy JDBC driver on PostgreSQL JDBC Driver";
            default -> NOT_OWN;
        };
    }

    @Override
    boolean runs(Method method) {
        return method.getReturnType() == ResultSet.class;
    }

    @Override
    @Nullable
    Object result(Object proxy, @Nullable Object result) {
        return result instanceof ResultSet r ? WrappedResultSet.around(session, null, r) : result;
    }
}

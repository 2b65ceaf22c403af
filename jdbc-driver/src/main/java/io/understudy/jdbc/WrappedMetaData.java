package io.understudy.jdbc;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
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
    Object own(Object proxy, Method method, @Nullable Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "getConnection" -> connection;
            case "getURL" -> session.url().toString();
            case "getDriverName" -> "Understudy JDBC driver on PostgreSQL JDBC Driver";
            default -> NOT_OWN;
        };
    }

    /** It reads the catalogs only. */
    @Override
    Effect effect(Method method, @Nullable Object @Nullable [] arguments) {
        return method.getReturnType() == ResultSet.class ? Effect.HARMLESS : Effect.NONE;
    }

    @Override
    void renew() throws SQLException {
        Link l = session.link();
        become(l.connection().getMetaData(), l);
    }

    @Override
    @Nullable
    Object result(Object proxy, Method method, @Nullable Object @Nullable [] arguments, @Nullable Object result) {
        return result instanceof ResultSet r ? WrappedResultSet.around(session, null, r) : result;
    }
}

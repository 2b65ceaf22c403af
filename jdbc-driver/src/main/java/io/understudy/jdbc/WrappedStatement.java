package io.understudy.jdbc;

import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/** Before a statement of any kind. */
final class WrappedStatement extends Wrapped {
    private final Connection connection;
    private @Nullable ResultSet lastTarget;
    private @Nullable ResultSet last;

    private WrappedStatement(Session session, Connection connection, Statement target) {
        super(session, target);
        this.connection = connection;
    }

    static Statement around(Session session, Connection connection, Statement target) {
        WrappedStatement handler = new WrappedStatement(session, connection, target);
        if (target instanceof CallableStatement) {
            return proxy(CallableStatement.class, handler, CallableStatement.class, PGStatement.class);
        }
        if (target instanceof PreparedStatement) {
            return proxy(PreparedStatement.class, handler, PreparedStatement.class, PGStatement.class);
        }
        return proxy(Statement.class, handler, Statement.class, PGStatement.class);
    }

    @Override
    Object own(Object proxy, String method, @Nullable Object @Nullable [] arguments) {
        return method.equals("getConnection") ? connection : NOT_OWN;
    }

    @Override
    boolean runs(Method method) {
        return method.getName().startsWith("execute");
    }

    @Override
    @Nullable
    Object result(Object proxy, @Nullable Object result) {
        if (!(result instanceof ResultSet r)) {
            return result;
        }
        if (r != lastTarget) {
            last = WrappedResultSet.around(session, (Statement) proxy, r);
            lastTarget = r;
        }
        return last;
    }
}

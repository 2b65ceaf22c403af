package io.understudy.jdbc;

import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/** Before a statement of any kind. On another link it is made anew, with what was set. */
final class WrappedStatement extends Wrapped {
    private final Connection connection;
    private final Method makes;
    private final @Nullable Object @Nullable [] makesOf;
    private final Setup setup = new Setup();
    private boolean batched;
    private volatile boolean cancelled;
    private @Nullable ResultSet lastTarget;
    private @Nullable ResultSet last;

    private WrappedStatement(
            Session session,
            Connection connection,
            Statement target,
            Method makes,
            @Nullable Object @Nullable [] makesOf) {
        super(session, target);
        this.connection = connection;
        this.makes = makes;
        this.makesOf = makesOf;
    }

    /** @param makes the connection's method that gave it, with those arguments */
    static Statement around(
            Session session,
            Connection connection,
            Statement target,
            Method makes,
            @Nullable Object @Nullable [] makesOf) {
        WrappedStatement handler = new WrappedStatement(session, connection, target, makes, makesOf);
        if (target instanceof CallableStatement) {
            return proxy(CallableStatement.class, handler, CallableStatement.class, PGStatement.class);
        }
        if (target instanceof PreparedStatement) {
            return proxy(PreparedStatement.class, handler, PreparedStatement.class, PGStatement.class);
        }
        return proxy(Statement.class, handler, Statement.class, PGStatement.class);
    }

    @Override
    @Nullable
    Object own(Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws SQLException {
        String name = method.getName();
        switch (name) {
            case "getConnection" -> {
                return connection;
            }
            case "cancel" -> {
                cancelled = true;
                return session.failover().isMoving() ? null : NOT_OWN;
            }
            default -> {
                if (isStale() && isSetting(name)) {
                    renew();
                }
                return NOT_OWN;
            }
        }
    }

    /** Its results can be read when the link is gone; what is to come is for the next one. */
    private static boolean isSetting(String name) {
        return name.startsWith("set")
                || name.startsWith("register")
                || name.equals("addBatch")
                || name.startsWith("clear");
    }

    @Override
    Effect effect(Method method, @Nullable Object @Nullable [] arguments) {
        String name = method.getName();
        if (name.startsWith("execute")) {
            cancelled = false;
            return name.endsWith("Batch") ? Effect.BATCH : Effect.STATEMENT;
        }
        return name.equals("getParameterMetaData") || name.equals("getMetaData") ? Effect.HARMLESS : Effect.NONE;
    }

    @Override
    void done(Method method, @Nullable Object @Nullable [] arguments) {
        String name = method.getName();
        if (name.startsWith("set") && arguments != null) {
            if (arguments.length > 1 && arguments[0] instanceof Integer index) {
                setup.parameter(index, method, arguments);
            } else {
                setup.call(name, method, arguments);
            }
        } else if (name.startsWith("register") && arguments != null) {
            setup.call(name + arguments[0], method, arguments);
        } else {
            switch (name) {
                case "clearParameters" -> setup.clearParameters();
                case "closeOnCompletion" -> setup.call(name, method, arguments);
                case "addBatch" -> batched = true;
                case "clearBatch", "executeBatch", "executeLargeBatch" -> batched = false;
                default -> {}
            }
        }
    }

    @Override
    @Nullable
    String statement(@Nullable Object @Nullable [] arguments) {
        @Nullable Object @Nullable [] where = arguments != null && arguments.length > 0 ? arguments : makesOf;
        return where != null && where.length > 0 && where[0] instanceof String sql ? sql : null;
    }

    @Override
    void beforeAgain(SQLException cause) throws SQLException {
        if (cancelled) {
            throw Losses.cancelled(cause);
        }
    }

    @Override
    void renew() throws SQLException {
        Link l = session.link();
        Statement before = (Statement) target();
        if (before.isClosed()) {
            return;
        }
        boolean streams = setup.hasStreams();
        if (streams || batched) {
            setup.clearParameters();
        }
        Object fresh = Objects.requireNonNull(Setup.invoke(makes, l.connection(), makesOf));
        setup.repeat(fresh);
        become(fresh, l);
        if (batched || streams) {
            String what = batched ? "its batch" : "a parameter that is a stream";
            batched = false;
            throw session.failover().notRun(what);
        }
    }

    @Override
    @Nullable
    Object result(Object proxy, Method method, @Nullable Object @Nullable [] arguments, @Nullable Object result) {
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

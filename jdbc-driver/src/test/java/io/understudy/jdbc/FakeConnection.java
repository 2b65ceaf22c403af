package io.understudy.jdbc;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.TransactionState;

/** A pgjdbc connection that runs nothing: it notes what it was asked for, and reports what a test says. */
final class FakeConnection {
    final Map<String, String> reported = new HashMap<>();
    final List<String> updates = new ArrayList<>();

    /** Setters, commits, rollbacks and executions, with their arguments. */
    final List<String> calls = new ArrayList<>();

    /** What was asked by the driver itself. */
    final List<String> questions = new ArrayList<>();

    /** What is answered to a question; an SQLException is thrown. */
    Object answer = "";

    TransactionState state = TransactionState.IDLE;
    boolean closed;

    /** Whether a failure closes it. */
    boolean lost;

    private final QueryExecutor executor = fake(QueryExecutor.class);

    @Nullable
    Throwable failure;

    Runnable onExecute = () -> {};

    final BaseConnection connection = fake(BaseConnection.class);
    final CallableStatement callable = fake(CallableStatement.class, PGStatement.class);
    final PreparedStatement prepared = fake(PreparedStatement.class, PGStatement.class);
    final Statement statement = fake(Statement.class, PGStatement.class);
    final ResultSet rows = fake(ResultSet.class);
    final DatabaseMetaData metaData = fake(DatabaseMetaData.class);

    private <T> T fake(Class<T> type, Class<?>... more) {
        List<Class<?>> types = new ArrayList<>(List.of(more));
        types.add(type);
        return type.cast(Proxy.newProxyInstance(
                getClass().getClassLoader(), types.toArray(new Class<?>[0]), (p, m, a) -> answer(m, a)));
    }

    private @Nullable Object answer(Method m, Object[] a) throws Throwable {
        switch (m.getName()) {
            case "getQueryExecutor" -> {
                return executor;
            }
            case "abort" -> {
                closed = true;
                return null;
            }
            case "execSQLQuery" -> {
                questions.add((String) a[0]);
                if (answer instanceof SQLException e) {
                    throw e;
                }
                return rows;
            }
            case "close", "processNotifies" -> {
                // A failure is that of the next statement, however late it comes.
                return null;
            }
            case "next" -> {
                return true;
            }
            case "getString" -> {
                return answer;
            }
            case "getParameterStatus" -> {
                return reported.get((String) a[0]);
            }
            case "isClosed" -> {
                return closed && m.getDeclaringClass() == Connection.class;
            }
            case "getTransactionState" -> {
                return state;
            }
            case "execSQLUpdate" -> {
                updates.add((String) a[0]);
                if (((String) a[0]).contains(Session.TOKEN)) {
                    reported.put(Session.TOKEN, ((String) a[0]).replaceAll("\\D", ""));
                }
                return null;
            }
            case "toString" -> {
                return "fake";
            }
            default -> {}
        }
        if (m.getName().matches("(set|execute|commit|rollback|prepare|isValid).*")) {
            calls.add(m.getName() + (a == null ? "" : Arrays.toString(a)));
        }
        if (m.getName().startsWith("execute")) {
            onExecute.run();
        }
        if (failure != null) {
            closed |= lost;
            throw failure;
        }
        return byType(m.getReturnType());
    }

    private @Nullable Object byType(Class<?> type) {
        if (type == CallableStatement.class) {
            return callable;
        } else if (type == PreparedStatement.class) {
            return prepared;
        } else if (type == Statement.class) {
            return statement;
        } else if (type == ResultSet.class) {
            return rows;
        } else if (type == DatabaseMetaData.class) {
            return metaData;
        } else if (type == boolean.class) {
            return false;
        } else if (type == int.class) {
            return 1;
        }
        return null;
    }
}

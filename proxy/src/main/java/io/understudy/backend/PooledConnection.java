package io.understudy.backend;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The pgjdbc connection as HikariCP sees it: knows its {@link Backend}, says when it is closed, and spares round trips nobody needs. */
interface PooledConnection extends Connection {
    Backend backend();

    static PooledConnection of(Backend backend, Runnable closed) {
        return (PooledConnection) Proxy.newProxyInstance(
                PooledConnection.class.getClassLoader(),
                new Class<?>[] {PooledConnection.class},
                new Handler(backend, closed));
    }

    /** Answers for the connection. */
    final class Handler implements InvocationHandler {
        private final Backend backend;
        private final Runnable closed;
        private final AtomicBoolean open = new AtomicBoolean(true);

        Handler(Backend backend, Runnable closed) {
            this.backend = backend;
            this.closed = closed;
        }

        @Override
        public @Nullable Object invoke(Object self, Method method, @Nullable Object @Nullable [] args)
                throws Throwable {
            return switch (method.getName()) {
                case "backend" -> backend;
                case "clearWarnings" -> null;
                case "getTransactionIsolation" -> Connection.TRANSACTION_READ_COMMITTED;
                case "isReadOnly" -> false;
                case "equals" -> args != null && self == args[0];
                case "hashCode" -> System.identityHashCode(backend);
                case "toString" -> "connection " + backend.pid() + " to " + backend.server();
                case "isValid" -> !backend.lost() && Boolean.TRUE.equals(pass(method, args));
                case "close", "abort" -> {
                    backend.close();
                    if (open.compareAndSet(true, false)) {
                        closed.run();
                    }
                    yield pass(method, args);
                }
                default -> pass(method, args);
            };
        }

        private @Nullable Object pass(Method method, @Nullable Object @Nullable [] args) throws Throwable {
            try {
                return method.invoke(backend.jdbc(), args);
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
        }
    }
}

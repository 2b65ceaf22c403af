package io.understudy.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Stands before one of pgjdbc's objects, as the handler of a {@link Proxy}. Everything goes through to pgjdbc, except what a subclass answers itself; an exception comes out as pgjdbc threw it.
 */
abstract class Wrapped implements InvocationHandler {
    /** What {@link #own} gives for methods that are pgjdbc's to answer. */
    static final Object NOT_OWN = new Object();

    final Session session;
    private final Object target;

    Wrapped(Session session, Object target) {
        this.session = session;
        this.target = target;
    }

    static <T> T proxy(Class<T> type, Wrapped handler, Class<?>... types) {
        return type.cast(Proxy.newProxyInstance(UnderstudyDriver.class.getClassLoader(), types, handler));
    }

    @Override
    public final @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return ofObject(proxy, method, arguments);
        }
        String name = method.getName();
        if (arguments != null && arguments.length == 1 && arguments[0] instanceof Class<?> type) {
            switch (name) {
                case "unwrap" -> {
                    return unwrap(proxy, type);
                }
                case "isWrapperFor" -> {
                    return isOwnType(proxy, type) || type.isInstance(target);
                }
                default -> {}
            }
        }
        Object own = own(proxy, name, arguments);
        if (own != NOT_OWN) {
            return own;
        }
        boolean runs = runs(method);
        if (runs) {
            session.beforeRunning();
        }
        try {
            return result(proxy, method.invoke(target, arguments));
        } catch (InvocationTargetException e) {
            Throwable thrown = Objects.requireNonNull(e.getCause());
            session.failed(thrown);
            throw thrown;
        } finally {
            if (runs) {
                session.heard();
            }
        }
    }

    /** Answers a method itself, or gives {@link #NOT_OWN}. */
    abstract @Nullable Object own(Object proxy, String method, @Nullable Object @Nullable [] arguments)
            throws SQLException;

    /** Whether a statement runs by that method. */
    abstract boolean runs(Method method);

    /** What the application gets for what pgjdbc gave. */
    abstract @Nullable Object result(Object proxy, @Nullable Object result);

    private Object unwrap(Object proxy, Class<?> type) throws SQLException {
        if (isOwnType(proxy, type)) {
            return proxy;
        }
        if (type.isInstance(target)) {
            return target;
        }
        throw new SQLException("Neither the Understudy driver nor pgjdbc has a " + type.getName() + " here", "0A000");
    }

    /** Whoever asks for pgjdbc's types wants pgjdbc's object, although the proxy has some of these types too. */
    private static boolean isOwnType(Object proxy, Class<?> type) {
        return type.isInstance(proxy) && !type.getName().startsWith("org.postgresql.");
    }

    private Object ofObject(Object proxy, Method method, @Nullable Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> target.toString();
        };
    }
}

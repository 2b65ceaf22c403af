package io.understudy.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Stands before one of pgjdbc's objects, as the handler of a {@link Proxy}. Everything goes through to pgjdbc, except what a subclass answers itself; an exception comes out as pgjdbc threw it, or in the class
 * that says what to do. When the session has moved to another link, another one of pgjdbc's objects takes the place of the first.
 */
abstract class Wrapped implements InvocationHandler {
    /** What {@link #own} gives for methods that are pgjdbc's to answer. */
    static final Object NOT_OWN = new Object();

    /** How often one call is begun, each time on another link. */
    private static final int ATTEMPTS_MAX = 3;

    final Session session;
    private volatile Object target;
    private volatile Link link;

    Wrapped(Session session, Object target) {
        this.session = session;
        this.target = target;
        this.link = session.link();
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
        if (arguments != null && arguments.length == 1 && arguments[0] instanceof Class<?> type) {
            switch (method.getName()) {
                case "unwrap" -> {
                    return unwrap(proxy, type);
                }
                case "isWrapperFor" -> {
                    return isOwnType(proxy, type) || type.isInstance(target);
                }
                default -> {}
            }
        }
        Object own = own(proxy, method, arguments);
        if (own != NOT_OWN) {
            return own;
        }
        Effect effect = effect(method, arguments);
        return effect == Effect.NONE ? plain(proxy, method, arguments) : run(proxy, method, arguments, effect);
    }

    private @Nullable Object plain(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        Link on = link;
        try {
            Object result = onTarget(method, arguments);
            done(method, arguments);
            return result(proxy, method, arguments, result);
        } catch (SQLException thrown) {
            if (session.failover().isLoss(on, thrown)) {
                session.failover().after(on, Effect.NONE, null, thrown);
            }
            throw session.isNode() ? Losses.inItsClass(thrown) : thrown;
        }
    }

    /**
     * By itself, and not in a catch of several kinds of exceptions: there the optimizing compiler of JDK 25.0.3 has made getCause() null, and failures of a node came to the application as NullPointerException.
     */
    private @Nullable Object onTarget(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    private @Nullable Object run(Object proxy, Method method, @Nullable Object @Nullable [] arguments, Effect effect)
            throws Throwable {
        for (int attempt = 1; ; attempt++) {
            session.beforeSending();
            if (session.lostTransaction() != null) {
                session.failover().whileLost(effect, statement(arguments));
            }
            if (link != session.link()) {
                renew();
            }
            Link on = link;
            boolean sent = false;
            try {
                if (effect != Effect.HARMLESS) {
                    session.beforeRunning();
                }
                sent = true;
                Object result = onTarget(method, arguments);
                done(method, arguments);
                return result(proxy, method, arguments, result);
            } catch (SQLException cause) {
                if (!session.failover().isLoss(on, cause)) {
                    throw session.isNode() ? Losses.inItsClass(cause) : cause;
                }
                Failover.Next next =
                        session.failover().after(on, sent ? effect : Effect.HARMLESS, statement(arguments), cause);
                if (next == Failover.Next.DONE) {
                    return afterwards(method, arguments);
                }
                if (attempt == ATTEMPTS_MAX) {
                    throw cause;
                }
                beforeAgain(cause);
            } finally {
                session.heard();
            }
        }
    }

    /** Answers a method itself, or gives {@link #NOT_OWN}. */
    abstract @Nullable Object own(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws SQLException;

    /** What that method asks a node for. */
    abstract Effect effect(Method method, @Nullable Object @Nullable [] arguments);

    /** What the application gets for what pgjdbc gave. */
    abstract @Nullable Object result(
            Object proxy, Method method, @Nullable Object @Nullable [] arguments, @Nullable Object result);

    /** That method has run without failure. */
    void done(Method method, @Nullable Object @Nullable [] arguments) {}

    /** The SQL that a method with those arguments runs. */
    @Nullable
    String statement(@Nullable Object @Nullable [] arguments) {
        return null;
    }

    /** The link was lost, and what was asked for took place nevertheless. */
    @Nullable
    Object afterwards(Method method, @Nullable Object @Nullable [] arguments) throws SQLException {
        return null;
    }

    /** Looks whether it may run again. */
    void beforeAgain(SQLException cause) throws SQLException {}

    /** Puts another object in the place of one whose link is lost, by {@link #become}; one that cannot be replaced stays. */
    void renew() throws SQLException {}

    final void become(Object fresh, Link of) {
        target = fresh;
        link = of;
    }

    final Object target() {
        return target;
    }

    /** Whether pgjdbc's object belongs to a link that has been replaced. */
    final boolean isStale() {
        return link != session.link();
    }

    private Object unwrap(Object proxy, Class<?> type) throws SQLException {
        if (isOwnType(proxy, type)) {
            return proxy;
        }
        if (isStale()) {
            renew();
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

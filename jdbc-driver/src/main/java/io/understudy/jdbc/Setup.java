package io.understudy.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The setters that were called on one of pgjdbc's objects, to call them again on another one. Not safe for use by several threads. */
final class Setup {
    private static final Method[] NO_METHODS = {};
    private static final @Nullable Object[] @Nullable [] NO_ARGUMENTS = {};

    private final Map<String, Call> calls = new LinkedHashMap<>();

    // By parameter. Two arrays, so that setting a parameter allocates nothing.
    private @Nullable Method[] methods = NO_METHODS;
    private @Nullable Object[] @Nullable [] arguments = NO_ARGUMENTS;

    private record Call(Method method, @Nullable Object @Nullable [] arguments) {}

    /** The same key once more replaces what was called before, and is called last. */
    void call(String key, Method method, @Nullable Object @Nullable [] args) {
        calls.remove(key);
        calls.put(key, new Call(method, args));
    }

    /** @param index from 1 */
    void parameter(int index, Method method, @Nullable Object[] args) {
        if (index > methods.length) {
            int length = Math.max(8, index * 2);
            methods = Arrays.copyOf(methods, length);
            arguments = Arrays.copyOf(arguments, length);
        }
        methods[index - 1] = method;
        arguments[index - 1] = args;
    }

    void clearParameters() {
        Arrays.fill(methods, null);
        Arrays.fill(arguments, null);
    }

    /** Whether a parameter is a stream or a reader, of which pgjdbc may have taken something already. */
    boolean hasStreams() {
        for (@Nullable Object @Nullable [] args : arguments) {
            if (args != null) {
                for (Object a : args) {
                    if (a instanceof InputStream || a instanceof Reader) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Calls all of them. */
    void repeat(Object on) throws SQLException {
        for (Call c : calls.values()) {
            invoke(c.method, on, c.arguments);
        }
        for (int i = 0; i < methods.length; i++) {
            Method m = methods[i];
            if (m != null) {
                invoke(m, on, arguments[i]);
            }
        }
    }

    static @Nullable Object invoke(Method method, Object on, @Nullable Object @Nullable [] args) throws SQLException {
        try {
            return method.invoke(on, args);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException s) {
                throw s;
            }
            throw new SQLException(
                    method.getName() + " cannot be repeated on another connection", "08006", e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}

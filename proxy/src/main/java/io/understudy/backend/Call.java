package io.understudy.backend;

import io.understudy.log.LoggedStatement.Parameter;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement on its way to the server.
 *
 * @param key what tells it apart from other prepared statements: its text and its parameters' types
 * @param types empty if all are open
 * @param texts the parameters, if these are long ones; there are no others then
 */
record Call(String key, String sql, int[] types, List<Parameter> parameters, List<LongText> texts) {

    private Call(String key, String sql, int[] types, List<Parameter> parameters) {
        this(key, sql, types, parameters, List.of());
    }

    static Call streaming(String sql, List<LongText> texts) {
        return new Call(sql, sql, new int[0], List.of(), List.copyOf(texts));
    }

    static Call of(String sql, @Nullable String[] parameters, Charset charset) {
        List<Parameter> encoded = new ArrayList<>(parameters.length);
        for (String p : parameters) {
            encoded.add(new Parameter(0, false, p == null ? null : p.getBytes(charset)));
        }
        return new Call(sql, sql, new int[0], encoded);
    }

    static Call of(String sql, List<Parameter> parameters) {
        int[] types = parameters.stream().mapToInt(Parameter::type).toArray();
        StringBuilder key = new StringBuilder(sql);
        boolean open = true;
        for (int t : types) {
            key.append('\0').append(t);
            open &= t == 0;
        }
        return open ? new Call(sql, sql, new int[0], parameters) : new Call(key.toString(), sql, types, parameters);
    }

    /** Roughly what it takes on the wire. */
    long bytes() {
        long n = 64 + sql.length();
        for (Parameter p : parameters) {
            n += 6 + (p.value() == null ? 0 : p.value().length);
        }
        for (LongText t : texts) {
            n += t.bytes();
        }
        return n;
    }
}

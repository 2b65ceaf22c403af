package io.understudy.replay;

import io.understudy.log.LoggedStatement.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pieces of SQL text. */
final class Sql {
    private Sql() {}

    static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String qualified(String schema, String name) {
        return identifier(schema) + "." + identifier(name);
    }

    static String literal(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    static Parameter text(@Nullable String value) {
        return new Parameter(0, false, value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    static List<Parameter> texts(@Nullable String... values) {
        List<Parameter> parameters = new ArrayList<>(values.length);
        for (String v : values) {
            parameters.add(text(v));
        }
        return parameters;
    }

    /** The text form of a one-dimensional array, none of whose elements is null. */
    static String array(List<String> elements) {
        int length = 2;
        for (String e : elements) {
            length += e.length() + e.length() / 8 + 3;
        }
        StringBuilder out = new StringBuilder(length).append('{');
        for (int i = 0; i < elements.size(); i++) {
            out.append(i == 0 ? "\"" : ",\"");
            String e = elements.get(i);
            for (int c = 0; c < e.length(); c++) {
                char ch = e.charAt(c);
                if (ch == '"' || ch == '\\') {
                    out.append('\\');
                }
                out.append(ch);
            }
            out.append('"');
        }
        return out.append('}').toString();
    }
}

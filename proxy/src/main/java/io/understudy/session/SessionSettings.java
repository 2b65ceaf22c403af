package io.understudy.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A session's settings as statements that make them on any connection: those its client connected with, then those it set. Settings of the node itself (default read-only) never get
 * among them. Not safe for use by several threads.
 */
final class SessionSettings {
    /** Settings whose value is a list of names: in a startup packet it is one text, in SET each name is a value. */
    private static final Set<String> LISTS = Set.of("search_path", "temp_tablespaces", "local_preload_libraries");

    private static final Pattern NAME = Pattern.compile("\\s*(?:\"((?:[^\"]|\"\")*)\"|([^\\s,\"]+))\\s*(,|$)");

    private final Map<String, String> startup = new LinkedHashMap<>();
    private final Map<String, String> statements = new LinkedHashMap<>();
    private String fingerprint = "";
    private String own = "";

    /** From the startup packet. */
    void connectedWith(String name, String value) {
        startup.put(name, "SET " + quotedName(name) + " TO " + (LISTS.contains(name) ? list(value) : literal(value)));
        changed();
    }

    void set(String name, String sql) {
        statements.remove(name);
        statements.put(name, sql);
        changed();
    }

    void reset(String name) {
        if (name.equals("all")) {
            statements.clear();
        } else {
            statements.remove(name);
        }
        changed();
    }

    /** What brings a connection that has these settings back to how its client connected: in one setting, or in "all". */
    String resetting(String name) {
        if (name.equals("all")) {
            return "RESET ALL;" + String.join(";", startup.values());
        }
        return startup.getOrDefault(name, "RESET " + quotedName(name));
    }

    /** Equal for sessions whose settings are equal. */
    String fingerprint() {
        return fingerprint;
    }

    /** What the client has set since it connected, as statements each with a semicolon behind it. */
    String own() {
        return own;
    }

    /** What brings a connection whose settings are known by {@code from} to these; empty if nothing. */
    Optional<String> bring(String from) {
        if (from.equals(fingerprint)) {
            return Optional.empty();
        }
        return Optional.of(from.isEmpty() ? fingerprint : "RESET ALL;" + fingerprint);
    }

    Optional<String> statement(String name) {
        return Optional.ofNullable(statements.getOrDefault(name, startup.get(name)));
    }

    private void changed() {
        StringBuilder b = new StringBuilder();
        startup.forEach((name, sql) -> {
            if (!statements.containsKey(name)) {
                b.append(sql).append(';');
            }
        });
        int connected = b.length();
        statements.values().forEach(sql -> b.append(sql).append(';'));
        fingerprint = b.toString();
        own = b.substring(connected);
    }

    private static String quotedName(String name) {
        StringBuilder b = new StringBuilder();
        for (String part : name.split("\\.", -1)) {
            b.append(b.isEmpty() ? "" : ".")
                    .append('"')
                    .append(part.replace("\"", "\"\""))
                    .append('"');
        }
        return b.toString();
    }

    /** Names as a server takes them from such a text: in lower case where they are not quoted. What is no list is left to the server to refuse. */
    private static String list(String value) {
        Matcher m = NAME.matcher(value);
        List<String> names = new ArrayList<>();
        int at = 0;
        while (m.find() && m.start() == at) {
            names.add(literal(
                    m.group(1) == null
                            ? m.group(2).toLowerCase(Locale.ROOT)
                            : m.group(1).replace("\"\"", "\"")));
            at = m.end();
            if (at == value.length() && m.group(3).isEmpty()) {
                return String.join(", ", names);
            }
        }
        return value.isBlank() ? "''" : literal(value);
    }

    private static String literal(String value) {
        return (value.contains("\\") ? " E'" : "'")
                + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}

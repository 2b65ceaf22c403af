package io.understudy.session;

import io.understudy.route.Consistency;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The settings of a startup packet: by name, and as command line options. */
final class StartupSettings {
    static final String CONSISTENCY = "understudy.consistency";
    /** Set, to its node's name, by a proxy that relays to us: its session must not be relayed a second time. */
    static final String RELAYED = "understudy.relayed";

    /** By which a node shows that it is one, when it relays to us or does something through its own proxy. */
    private static final String NODE_PROOF = "understudy.node_proof";

    private StartupSettings() {}

    static boolean isRelayed(Map<String, String> settings) {
        return settings.containsKey(RELAYED);
    }

    /** The node that relays, empty if the client is one itself. */
    static String relayedFrom(Map<String, String> settings) {
        return settings.getOrDefault(RELAYED, "");
    }

    /** By name or among the options; empty if there is none. */
    static String nodeProof(Map<String, String> settings) {
        String named = settings.get(NODE_PROOF);
        if (named != null) {
            return named;
        }
        return words(settings.getOrDefault("options", "")).stream()
                .filter(w -> w.startsWith(NODE_PROOF + "="))
                .map(w -> w.substring(NODE_PROOF.length() + 1))
                .findFirst()
                .orElse("");
    }

    static void apply(Map<String, String> settings, SessionState session) {
        settings.forEach((name, value) -> {
            String n = name.toLowerCase(java.util.Locale.ROOT);
            if (n.equals("options")) {
                options(value, session);
            } else if (!n.equals(RELAYED) && !n.startsWith("_pq_.")) {
                one(n, value, session);
            }
        });
    }

    private static void one(String name, String value, SessionState session) {
        switch (name) {
            case "event_triggers", "session_preload_libraries" -> {
                // Without event triggers capture would miss tables; a SET is refused, a startup packet is taken as if
                // it did not say so.
            }
            case "default_transaction_read_only" -> session.readOnlyByDefault = TrackedSettings.isTrue(value);
            case "understudy.report" -> session.reports = TrackedSettings.isTrue(value);
            case "understudy.token" -> token(value, session);
            case CONSISTENCY -> consistency(value, session);
            case NODE_PROOF -> {
                // Looked at before the login.
            }
            case "synchronous_commit" -> {
                // The statement log is the durability.
            }
            case "default_transaction_isolation" -> {
                session.serializableByDefault = value.equalsIgnoreCase("serializable");
                session.settings.connectedWith(name, value);
            }
            default -> session.settings.connectedWith(name, value);
        }
    }

    private static void consistency(String value, SessionState session) {
        try {
            session.consistency = Consistency.parse(value);
        } catch (IllegalArgumentException e) {
            // as with the token
        }
    }

    private static void token(String value, SessionState session) {
        try {
            session.committed(Long.parseLong(value));
        } catch (NumberFormatException e) {
            // As PostgreSQL treats what it cannot use of its own parameters' extensions: SET says it, a login goes on.
        }
    }

    /** {@code -c name=value} and {@code --name=value}, split at blanks that no backslash precedes. */
    private static void options(String line, SessionState session) {
        List<String> words = words(line);
        for (int i = 0; i < words.size(); i++) {
            String w = words.get(i);
            String assignment = null;
            if (w.equals("-c") && i + 1 < words.size()) {
                assignment = words.get(++i);
            } else if (w.startsWith("-c")) {
                assignment = w.substring(2);
            } else if (w.startsWith("--")) {
                assignment = w.substring(2);
            }
            int eq = assignment == null ? -1 : assignment.indexOf('=');
            if (assignment != null && eq > 0) {
                String name = assignment.substring(0, eq).replace('-', '_').toLowerCase(java.util.Locale.ROOT);
                one(name, assignment.substring(eq + 1), session);
            }
        }
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder b = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\\' && i + 1 < line.length()) {
                b.append(line.charAt(++i));
            } else if (Character.isWhitespace(c)) {
                if (!b.isEmpty()) {
                    words.add(b.toString());
                    b.setLength(0);
                }
            } else {
                b.append(c);
            }
        }
        if (!b.isEmpty()) {
            words.add(b.toString());
        }
        return words;
    }
}

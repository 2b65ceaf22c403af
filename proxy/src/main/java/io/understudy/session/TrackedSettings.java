package io.understudy.session;

import io.understudy.classification.SessionStatement;

/** Which SETs a session keeps, and what the proxy itself must know of them. */
final class TrackedSettings {
    private TrackedSettings() {}

    /** Settings that the proxy answers for: they decide where transactions run and never reach a pooled connection. */
    static boolean ownedByProxy(String name) {
        return name.equals("default_transaction_read_only") || name.equals("synchronous_commit");
    }

    /** Settings whose value only the proxy knows: connections are read-only by default for its own reasons. */
    static boolean shownByProxy(String name) {
        return name.equals("default_transaction_read_only") || name.equals("transaction_read_only");
    }

    /** It took effect for good. */
    static void keep(SessionState session, Block.Setting s) {
        switch (s.statement()) {
            case SessionStatement.Set set -> {
                if (!set.local()) {
                    session.settings.set(set.name(), whole(session, set.name(), s.sql()));
                    noteDefault(session, set.name(), set.value().orElse(""));
                }
            }
            case SessionStatement.Reset reset -> {
                session.settings.reset(reset.name());
                noteDefault(session, reset.name(), "");
            }
            default -> {}
        }
        session.searchPathVersion = -1;
    }

    /** A SET of DateStyle may name style or order alone, and leaves the other as it was on the connection where it ran. */
    private static String whole(SessionState session, String name, String sql) {
        return name.equals("datestyle")
                ? session.told
                        .value("DateStyle")
                        .map(v -> "SET DateStyle TO '" + v + "'")
                        .orElse(sql)
                : sql;
    }

    private static void noteDefault(SessionState session, String name, String value) {
        switch (name) {
            case "default_transaction_isolation" ->
                session.serializableByDefault = value.equalsIgnoreCase("serializable");
            case "default_transaction_read_only" -> session.readOnlyByDefault = isTrue(value);
            case "all" -> {
                session.serializableByDefault = false;
                session.readOnlyByDefault = false;
            }
            default -> {}
        }
    }

    static boolean isTrue(String value) {
        return switch (value.toLowerCase(java.util.Locale.ROOT)) {
            case "on", "true", "yes", "1", "t", "y" -> true;
            default -> false;
        };
    }
}

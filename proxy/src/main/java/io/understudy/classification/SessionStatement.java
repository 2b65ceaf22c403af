package io.understudy.classification;

import java.util.Optional;

/** Statements about the session itself. */
public sealed interface SessionStatement extends Classification {

    /**
     * SET, SET TIME ZONE, SET NAMES and the like; reproducible by running the statement again on another connection.
     *
     * @param name of the setting in lower case, as pg_settings knows it ("timezone", "client_encoding"); {@code understudy.*} are the node's own
     * @param value what stands behind TO, literals decoded, list items joined by ", "; empty for DEFAULT
     * @param local SET LOCAL: over with the transaction
     */
    record Set(String name, Optional<String> value, boolean local) implements SessionStatement {}

    /** RESET of one setting, or "all". */
    record Reset(String name) implements SessionStatement {}

    /** SHOW of one setting, or "all". (SHOW understudy.… is {@link Classification.Understudy}.) */
    record Show(String name) implements SessionStatement {}

    /** SET [LOCAL|SESSION] ROLE; empty for NONE and RESET ROLE. */
    record SetRole(Optional<String> role, boolean local) implements SessionStatement {}

    /** SET SESSION AUTHORIZATION; empty for DEFAULT and RESET. */
    record SetSessionAuthorization(Optional<String> role, boolean local) implements SessionStatement {}

    /** DISCARD ALL, PLANS, SEQUENCES, TEMP. @param what in lower case, "temp" for both spellings */
    record Discard(String what) implements SessionStatement {}

    record Listen(String channel) implements SessionStatement {}

    /** UNLISTEN; "*" for all. */
    record Unlisten(String channel) implements SessionStatement {}

    /** NOTIFY: works at commit, on the node where its transaction runs. */
    record Notify(String channel) implements SessionStatement {}

    /** SQL-level PREPARE of a statement. @param statement what running it will be */
    record Prepare(String name, Classification statement) implements SessionStatement {}

    /**
     * SQL-level EXECUTE, or EXPLAIN EXECUTE.
     *
     * @param arguments a Read where its arguments are harmless; else what evaluating them is
     */
    record Execute(String name, Classification arguments) implements SessionStatement {}

    /** DEALLOCATE; empty for ALL. */
    record Deallocate(Optional<String> name) implements SessionStatement {}

    /** DECLARE. @param query what its query is */
    record DeclareCursor(String name, boolean hold, Classification query) implements SessionStatement {}

    record Fetch(String cursor) implements SessionStatement {}

    record Move(String cursor) implements SessionStatement {}

    /** CLOSE; empty for ALL. */
    record Close(Optional<String> cursor) implements SessionStatement {}

    record Load() implements SessionStatement {}

    @Override
    default String kind() {
        return "session";
    }

    @Override
    default java.util.Set<PinReason> pins() {
        return switch (this) {
            case Listen l -> java.util.Set.of(PinReason.LISTEN);
            case Prepare p -> java.util.Set.of(PinReason.PREPARED_STATEMENT);
            case Execute e -> e.arguments().pins();
            case DeclareCursor d -> java.util.Set.of(d.hold() ? PinReason.HOLD_CURSOR : PinReason.CURSOR);
            case Load l -> java.util.Set.of(PinReason.LIBRARY);
            default -> java.util.Set.of();
        };
    }
}

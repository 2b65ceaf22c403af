package io.understudy.replay;

import io.understudy.log.LoggedStatement.Parameter;
import io.understudy.log.RowText;
import io.understudy.log.SessionContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which session settings statements of a batch run under, and what must be said to get from one set to another. Everything is local to the
 * transaction.
 */
final class SessionSettings {
    /**
     * Under these row images are read, as they were written. The planner's choice is fixed too: a key is always looked up by its index. A function's body was checked where
     * its session had its temporary tables, if it was.
     */
    static final Map<String, String> PINNED = withRowText(Map.of(
            "array_nulls",
            "on",
            "standard_conforming_strings",
            "on",
            "check_function_bodies",
            "off",
            "plan_cache_mode",
            "force_generic_plan",
            "enable_seqscan",
            "off",
            "enable_hashjoin",
            "off",
            "enable_mergejoin",
            "off",
            "jit",
            "off"));

    /** Belong to the connection, whatever a client had set: they do not change what a statement means, or would change who captures it. */
    private static final Set<String> NOT_TAKEN_OVER = Set.of(
            "role",
            "session_authorization",
            "session_replication_role",
            "client_encoding",
            "synchronous_commit",
            "default_transaction_read_only",
            "transaction_read_only",
            "default_transaction_isolation",
            "transaction_isolation",
            "default_transaction_deferrable",
            "transaction_deferrable",
            "lock_timeout",
            "statement_timeout",
            "deadlock_timeout",
            "transaction_timeout",
            "idle_session_timeout",
            "idle_in_transaction_session_timeout",
            "application_name",
            "check_function_bodies",
            "client_min_messages");

    private final boolean keepsPinned;

    /** Null while the pinned settings hold. */
    private @Nullable SessionContext current;

    private SessionSettings(boolean keepsPinned) {
        this.keepsPinned = keepsPinned;
    }

    /** What a context does not name is as the server has it. */
    static SessionSettings forDdl() {
        return new SessionSettings(false);
    }

    /** What a context does not name stays pinned: the statement form does not depend on it, and a key is looked up by its index. */
    static SessionSettings forStatements() {
        return new SessionSettings(true);
    }

    /** A transaction has begun: the session's own, pinned settings hold. */
    void begun() {
        current = null;
    }

    /** Adds what it takes to run statements as that session did. */
    void enter(long index, SessionContext context, List<Step> to) {
        if (context.equals(current)) {
            return;
        }
        leave(index, to);
        Map<String, @Nullable String> wanted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        if (!keepsPinned) {
            PINNED.keySet().stream()
                    .filter(name -> !NOT_TAKEN_OVER.contains(name))
                    .forEach(name -> wanted.put(name, null));
        }
        context.settings().forEach((name, value) -> {
            if (!NOT_TAKEN_OVER.contains(name.toLowerCase(Locale.ROOT))) {
                wanted.put(name, value);
            }
        });
        // the role comes last: some settings need more rights than it has
        to.add(step(index, "", wanted, context.role()));
        current = context;
    }

    /** Adds what it takes to run our own statements again. */
    void leave(long index, List<Step> to) {
        SessionContext from = current;
        if (from != null) {
            Set<String> changed = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            changed.addAll(from.settings().keySet());
            Map<String, @Nullable String> wanted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            changed.stream()
                    .filter(name -> !NOT_TAKEN_OVER.contains(name.toLowerCase(Locale.ROOT)))
                    .forEach(name -> wanted.put(name, null));
            wanted.putAll(PINNED);
            to.add(step(index, "none", wanted, ""));
            current = null;
        }
    }

    /** @param roleBefore role to take before, and {@code roleAfter} after the settings are made; empty to leave it */
    private static Step step(long index, String roleBefore, Map<String, @Nullable String> settings, String roleAfter) {
        StringBuilder sql = new StringBuilder("SELECT ");
        List<Parameter> parameters = new ArrayList<>();
        if (!roleBefore.isEmpty()) {
            add(sql, parameters, "role", roleBefore);
        }
        settings.forEach((name, value) -> add(sql, parameters, name, value));
        if (!roleAfter.isEmpty()) {
            add(sql, parameters, "role", roleAfter);
        }
        return new Step(index, "session settings", sql.toString(), parameters, Step.ANY);
    }

    /** A null value puts the server's default back. */
    private static void add(StringBuilder sql, List<Parameter> parameters, String name, @Nullable String value) {
        sql.append(parameters.isEmpty() ? "" : ", ").append("pg_catalog.set_config($");
        sql.append(parameters.size() + 1)
                .append(", $")
                .append(parameters.size() + 2)
                .append(", true)");
        parameters.add(Sql.text(name));
        parameters.add(Sql.text(value));
    }

    private static Map<String, String> withRowText(Map<String, String> more) {
        Map<String, String> map = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        map.putAll(RowText.SETTINGS);
        map.putAll(more);
        return Collections.unmodifiableMap(map);
    }
}

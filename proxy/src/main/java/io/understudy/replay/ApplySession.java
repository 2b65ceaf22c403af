package io.understudy.replay;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes a fresh connection one that replays. */
public final class ApplySession {
    /** Captured effects must not fire again what caused them; others' time-outs are not ours; in a deadlock the other one gives way. */
    private static final Map<String, String> FIXED = Map.of(
            "session_replication_role", "replica",
            "synchronous_commit", "off",
            "default_transaction_read_only", "off",
            "deadlock_timeout", "10s",
            "lock_timeout", "0",
            "statement_timeout", "0",
            "idle_in_transaction_session_timeout", "0",
            "client_min_messages", "error");

    private ApplySession() {}

    /** @throws ServerError also if a setting is not allowed */
    public static void prepare(Queries database) throws IOException, ServerError {
        String user = String.valueOf(database.query("SELECT session_user").getFirst()[0]);
        if (!user.equals(AppliedRows.APPLY_ROLE)) {
            throw new IOException("replay must log in as " + AppliedRows.APPLY_ROLE + ", not " + user);
        }
        Map<String, String> all = new LinkedHashMap<>(FIXED);
        all.putAll(SessionSettings.PINNED);
        for (Map.Entry<String, String> e : all.entrySet()) {
            database.query("SELECT pg_catalog.set_config($1, $2, false)", e.getKey(), e.getValue());
        }
        // these do not exist in every version
        database.query("SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings"
                + " WHERE name IN ('transaction_timeout', 'idle_session_timeout')");
    }
}

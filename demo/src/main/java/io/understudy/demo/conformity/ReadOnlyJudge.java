package io.understudy.demo.conformity;

import io.understudy.catalog.DatabaseCatalog.Function;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a statement is read-only, by PostgreSQL's account and not by the classification's own rules. Pure. */
final class ReadOnlyJudge {
    /** Built-in functions that PostgreSQL runs in a read-only transaction although something is different afterwards, on the server or in the session. */
    private static final Set<String> WRITE_ANYWAY = Set.of(
            "nextval",
            "setval",
            "set_config",
            "setseed",
            "pg_notify",
            "pg_export_snapshot",
            "pg_reload_conf",
            "pg_rotate_logfile",
            "pg_cancel_backend",
            "pg_terminate_backend",
            "pg_switch_wal",
            "pg_create_restore_point",
            "pg_logical_emit_message",
            "pg_promote",
            "pg_backup_start",
            "pg_backup_stop",
            "pg_log_backend_memory_contexts",
            "pg_file_write",
            "pg_extension_config_dump",
            "pg_nextoid",
            "pg_stat_force_next_flush",
            "pg_stat_have_stats",
            "pg_import_system_collations",
            "brin_summarize_new_values",
            "brin_summarize_range",
            "brin_desummarize_range",
            "gin_clean_pending_list",
            "query_to_xml",
            "query_to_xmlschema",
            "query_to_xml_and_xmlschema",
            "cursor_to_xml",
            "cursor_to_xmlschema",
            "ts_rewrite",
            "ts_stat");

    private static final String[] PREFIXES = {
        "lo_",
        "lowrite",
        "pg_advisory_",
        "pg_try_advisory_",
        "pg_create_",
        "pg_drop_",
        "pg_copy_",
        "pg_replication_",
        "pg_logical_slot_",
        "pg_stat_reset",
        "pg_restore_",
        "pg_clear_",
        "binary_upgrade_",
        "dblink"
    };

    private ReadOnlyJudge() {}

    /** Whether it ran in a read-only transaction, on tables that all sessions see, and calls nothing volatile that may write. */
    static boolean isReadOnly(Trial.Outcome trial, ServerAnalysis analysis, ServerNames names) {
        return trial.sqlState().isEmpty()
                && trial.strangers().isEmpty()
                && analysis.command().equals("select")
                && !analysis.locks()
                && !analysis.modifyingWith()
                && analysis.expanded().stream()
                        .allMatch(id -> mayWrite(names.functions().get(id)).isEmpty());
    }

    /** Why it surely or possibly writes; empty if it does not. */
    static Optional<String> writes(Trial.Outcome trial, ServerAnalysis analysis, ServerNames names) {
        if (trial.sqlState().equals(Trial.Outcome.READ_ONLY)) {
            return Optional.of("PostgreSQL refuses it in a read-only transaction");
        }
        if (!analysis.command().equals("select")) {
            return Optional.of("PostgreSQL calls it " + analysis.command());
        }
        if (analysis.locks() || analysis.modifyingWith()) {
            return Optional.of("PostgreSQL finds locks or a data-modifying WITH in it");
        }
        return analysis.expanded().stream()
                .flatMap(id -> mayWrite(names.functions().get(id)).stream())
                .findFirst()
                .map(name -> "it calls the volatile " + name);
    }

    /** The name of what may write. Nothing is said of functions that are not in the snapshot. */
    private static Optional<String> mayWrite(@Nullable Function f) {
        if (f == null || f.volatility() != 'v') {
            return Optional.empty();
        }
        boolean harmless = f.builtIn() && !WRITE_ANYWAY.contains(f.name());
        for (String prefix : PREFIXES) {
            harmless &= !f.name().startsWith(prefix);
        }
        return harmless ? Optional.empty() : Optional.of(f.name());
    }
}

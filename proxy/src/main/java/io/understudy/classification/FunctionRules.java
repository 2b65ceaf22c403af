package io.understudy.classification;

import java.util.EnumSet;
import java.util.Set;

/** What is known about functions beyond what the catalog says of their volatility. Reviewed by hand; every name is a built-in. */
final class FunctionRules {
    private FunctionRules() {}

    /** Volatile because each call answers something else, or waits; nothing is kept. */
    private static final Set<String> HARMLESS = Set.of(
            "random",
            "random_normal",
            "gen_random_uuid",
            "uuidv4",
            "uuidv7",
            "clock_timestamp",
            "timeofday",
            "pg_sleep",
            "pg_sleep_for",
            "pg_sleep_until");

    /** About this server or connection: another node would answer something else. All of them only look. Besides these all that begin with pg_stat_. */
    private static final Set<String> SERVER = Set.of(
            "pg_backend_pid",
            "pg_is_in_recovery",
            "pg_postmaster_start_time",
            "pg_conf_load_time",
            "version",
            "inet_client_addr",
            "inet_client_port",
            "inet_server_addr",
            "inet_server_port",
            // What nextval did on this connection.
            "currval",
            "lastval",
            "pg_sequence_last_value",
            // Transaction numbers are each server's own.
            "txid_current",
            "txid_current_if_assigned",
            "txid_current_snapshot",
            "pg_current_xact_id",
            "pg_current_xact_id_if_assigned",
            "pg_current_snapshot",
            "pg_xact_status",
            "txid_status",
            "pg_xact_commit_timestamp",
            "pg_visible_in_snapshot",
            "pg_last_committed_xact",
            // Settings may be read_only's kin, which differ on a replica.
            "current_setting",
            "pg_show_all_settings",
            "pg_settings_get_flags",
            "pg_my_temp_schema",
            "pg_is_other_temp_schema",
            "pg_listening_channels",
            "pg_notification_queue_usage",
            "pg_blocking_pids",
            "pg_safe_snapshot_blocking_pids",
            "pg_lock_status",
            "pg_cursor",
            "pg_prepared_statement",
            "pg_prepared_xact",
            "pg_current_wal_lsn",
            "pg_current_wal_insert_lsn",
            "pg_current_wal_flush_lsn",
            "pg_last_wal_receive_lsn",
            "pg_last_wal_replay_lsn",
            "pg_last_xact_replay_timestamp",
            "pg_wal_lsn_diff",
            "pg_relation_size",
            "pg_table_size",
            "pg_indexes_size",
            "pg_total_relation_size",
            "pg_database_size",
            "pg_tablespace_size",
            "pg_relation_filenode",
            "pg_relation_filepath",
            "pg_current_logfile",
            // Look at the catalog, files or shared memory.
            "pg_partition_tree",
            "pg_partition_ancestors",
            "pg_collation_actual_version",
            "pg_database_collation_actual_version",
            "pg_jit_available",
            "pg_control_system",
            "pg_control_checkpoint",
            "pg_control_recovery",
            "pg_control_init",
            "current_query",
            "pg_tablespace_location",
            "pg_stat_file");

    /** Besides these, what looks an object up in the catalog by its number: servers have numbers of their own, and a client has learned it on the master. */
    private static final Set<String> BY_NUMBER = Set.of(
            "format_type",
            "obj_description",
            "col_description",
            "shobj_description",
            "pg_describe_object",
            "pg_identify_object",
            "pg_identify_object_as_address",
            "pg_partition_root",
            "pg_relation_is_updatable",
            "pg_column_is_updatable",
            "pg_index_column_has_property",
            "pg_index_has_property",
            "pg_indexam_has_property",
            "pg_options_to_table");

    /** Large objects are not replicated. (lo_open, loread, lo_get and the like only read; lo_open for writing leads to lowrite.) */
    static final Set<String> LARGE_OBJECT_WRITES = Set.of(
            "lo_creat",
            "lo_create",
            "lo_import",
            "lo_from_bytea",
            "lo_put",
            "lowrite",
            "lo_truncate",
            "lo_truncate64",
            "lo_unlink");

    /** Move a sequence. */
    static final Set<String> SEQUENCES = Set.of("nextval", "setval");

    /** Built-ins that run SQL they are given as text. */
    private static final Set<String> RUN_TEXT = Set.of(
            "query_to_xml",
            "query_to_xmlschema",
            "query_to_xml_and_xmlschema",
            "cursor_to_xml",
            "ts_stat",
            "ts_rewrite");

    /** Whether a built-in of that name changes nothing although it is volatile: no reason to keep a read from a replica, or from being a read. */
    static boolean isHarmless(String function) {
        return HARMLESS.contains(function) || SERVER.contains(function) || function.startsWith("pg_stat_get_");
    }

    /** Whether only the server asked can tell. */
    static boolean isServer(String function) {
        return SERVER.contains(function)
                || BY_NUMBER.contains(function)
                || function.startsWith("pg_stat_")
                || function.startsWith("pg_get_")
                || function.endsWith("_is_visible")
                || function.startsWith("has_") && function.endsWith("_privilege");
    }

    static boolean runsText(String function) {
        return RUN_TEXT.contains(function);
    }

    /** What a call of a volatile built-in, or of something volatile of that name, leaves in the session. */
    static Set<PinReason> pins(String function) {
        if (SEQUENCES.contains(function)) {
            return EnumSet.of(PinReason.SEQUENCE_VALUE);
        }
        if (function.equals("set_config")) {
            return EnumSet.of(PinReason.SETTING);
        }
        if (function.equals("setseed")) {
            return EnumSet.of(PinReason.RANDOM_SEED);
        }
        if (function.startsWith("dblink")) {
            return EnumSet.of(PinReason.EXTENSION_STATE, PinReason.OPAQUE_CODE);
        }
        boolean advisory = function.startsWith("pg_advisory_") || function.startsWith("pg_try_advisory_");
        return advisory && !function.contains("_xact_")
                ? EnumSet.of(PinReason.ADVISORY_LOCK)
                : EnumSet.noneOf(PinReason.class);
    }
}

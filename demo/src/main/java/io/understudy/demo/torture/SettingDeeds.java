package io.understudy.demo.torture;

import java.util.List;

/** Settings, as far as the JDBC driver bears them (it insists on ISO dates), under which values look different from what one expects. */
final class SettingDeeds {
    private static final List<String> HOSTILE = List.of(
            "DateStyle = 'ISO, DMY'",
            "DateStyle = 'ISO, YMD'",
            "client_encoding = 'LATIN1'",
            "TimeZone = 'Asia/Kathmandu'",
            "TimeZone = '-03:30'",
            "IntervalStyle = 'sql_standard'",
            "IntervalStyle = 'iso_8601'",
            "bytea_output = 'escape'",
            "extra_float_digits = -15",
            "extra_float_digits = 3",
            "client_min_messages = 'error'",
            "client_min_messages = 'debug1'",
            "lc_monetary = 'C'",
            "array_nulls = off",
            "xmloption = 'document'",
            "quote_all_identifiers = on",
            "escape_string_warning = off",
            "row_security = on",
            "enable_seqscan = off",
            "enable_indexscan = off",
            "work_mem = '64kB'",
            "application_name = 'it''s; hostile'",
            "statement_timeout = '20s'",
            "lock_timeout = '3s'",
            "idle_in_transaction_session_timeout = '30s'",
            "synchronous_commit = off",
            "default_statistics_target = 7",
            "transform_null_equals = on",
            "jit = off",
            "plan_cache_mode = force_generic_plan",
            "constraint_exclusion = on",
            "check_function_bodies = off",
            "session_replication_role = 'origin'");

    private SettingDeeds() {}

    static List<Deed> all() {
        return List.of(
                WorldDeeds.statement("set", 4, d -> d.any("set ", "set session ", "set local ") + d.of(HOSTILE)),
                WorldDeeds.statement(
                        "reset", 1, d -> "reset " + d.any("DateStyle", "TimeZone", "enable_seqscan", "bytea_output")),
                WorldDeeds.statement(
                        "set-config",
                        1,
                        d -> "select set_config('IntervalStyle', 'iso_8601', " + d.any("true", "false") + ")"),
                WorldDeeds.statement("show", 1, d -> "show " + d.any("DateStyle", "search_path", "all")));
    }
}

package io.understudy.config;

import java.util.Map;

/** What the lines that a node writes to standard error are like. */
public enum LogFormat {
    /** For people. */
    TEXT,
    /** For programs: one JSON object a line. */
    JSON;

    /** The setting. */
    static final String NAME = "log-format";

    static final String TEXT_WORD = "text";
    static final String JSON_WORD = "json";

    /** What the environment says; {@link #TEXT} if that is nothing, or nothing that can be understood. */
    public static LogFormat of(Map<String, String> environment) {
        return of(environment.getOrDefault(SettingSource.variableOf(NAME), TEXT_WORD));
    }

    static LogFormat of(String word) {
        return word.equals(JSON_WORD) ? JSON : TEXT;
    }

    String word() {
        return this == JSON ? JSON_WORD : TEXT_WORD;
    }
}

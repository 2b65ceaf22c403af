package io.understudy.log;

import java.util.Map;

/**
 * The session a statement ran in.
 *
 * @param role current_user
 * @param settings search_path, TimeZone, DateStyle, … that change what a statement means; only those that differ from the defaults
 */
public record SessionContext(String role, Map<String, String> settings) {
    public SessionContext {
        settings = Map.copyOf(settings);
    }

    /** The setting standard_conforming_strings. */
    public boolean standardStrings() {
        return !"off".equals(settings.get("standard_conforming_strings"));
    }
}

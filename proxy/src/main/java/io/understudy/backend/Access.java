package io.understudy.backend;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a pooled session's transactions may do unless it says otherwise. */
public enum Access {
    READ_ONLY(Map.of("default_transaction_read_only", "on")),
    /** The statement log is the durability, so commits need not wait for the server's own. */
    READ_WRITE(Map.of("default_transaction_read_only", "off", "synchronous_commit", "off"));

    private final Map<String, String> settings;

    Access(Map<String, String> settings) {
        this.settings = settings;
    }

    /** Settings given by name win over the same ones in {@code options}, and are what RESET goes back to. */
    Map<String, String> over(Map<String, String> startupSettings) {
        Map<String, String> all = new LinkedHashMap<>();
        startupSettings.forEach((name, value) -> {
            if (settings.keySet().stream().noneMatch(name::equalsIgnoreCase)) {
                all.put(name, value);
            }
        });
        all.putAll(settings);
        return all;
    }

    /** Whether a session whose server reported this value is what it was leased as. */
    boolean holds(String defaultTransactionReadOnly) {
        return defaultTransactionReadOnly.equals(settings.get("default_transaction_read_only"));
    }
}

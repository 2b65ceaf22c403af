package io.understudy.config;

import java.io.Serial;

/** A configuration that cannot be used. The message is for the operator: it names file, key and what would be right. */
public final class ConfigException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    public ConfigException(String message) {
        super(message);
    }
}

package io.understudy.command;

import io.understudy.adoption.Dsn;
import io.understudy.config.ConfigException;
import java.util.Optional;

/** What the command line and the environment say of a server. */
final class Given {
    private Given() {}

    /** @throws ConfigException if that is no address of a database */
    static Dsn dsn(String text) throws ConfigException {
        try {
            return Dsn.parse(
                    text, Optional.ofNullable(System.getenv("PGPASSWORD")).orElse(""));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("--dsn: " + e.getMessage());
        }
    }
}

package io.understudy.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the node's connections to PostgreSQL servers, its own and the other nodes', are encrypted.
 *
 * @param ca who signs the servers' certificates, PEM; there if these are verified
 */
public record PostgresTls(Mode mode, Optional<Path> ca) {
    public static final PostgresTls OFF = new PostgresTls(Mode.OFF, Optional.empty());

    /** What is demanded, as by sslmode of PostgreSQL's own clients. */
    public enum Mode {
        /** Nothing; connections are plain. */
        OFF,
        /** Encryption, whoever answers. */
        REQUIRE,
        /** A certificate signed by the authority. */
        VERIFY_CA,
        /** A certificate signed by the authority for the host that was connected to. */
        VERIFY_FULL
    }

    /** Whether connections are encrypted. */
    public boolean on() {
        return mode != Mode.OFF;
    }
}

package io.understudy.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How connections of clients are encrypted.
 *
 * @param certificate PEM, the node's first, then who signed it; there unless the mode is off
 * @param key its private key, PEM without a password; there unless the mode is off
 * @param clientCa who signs certificates of clients, PEM; without it none is asked for
 * @param clientCertificate what is demanded of clients' certificates
 */
public record ClientTls(
        Mode mode,
        Optional<Path> certificate,
        Optional<Path> key,
        Optional<Path> clientCa,
        ClientCertificate clientCertificate) {
    public static final ClientTls OFF =
            new ClientTls(Mode.OFF, Optional.empty(), Optional.empty(), Optional.empty(), ClientCertificate.OPTIONAL);

    /** Whether connections are encrypted. */
    public enum Mode {
        /** None can be. */
        OFF,
        /** Those that ask for it are. */
        ALLOW,
        /** Clients of others are refused. */
        REQUIRE
    }

    /** What a client must show besides its password. */
    public enum ClientCertificate {
        /** Nothing; what it shows all the same must be valid. */
        OPTIONAL,
        /** One that the authority signed. */
        VERIFY_CA,
        /** One that the authority signed for a common name that is the user's. */
        VERIFY_FULL
    }
}

package io.understudy.authentication;

import java.util.Base64;
import java.util.Optional;

/**
 * What a server keeps instead of a password.
 *
 * @param iterations of PBKDF2
 * @param storedKey 32 bytes, not to be changed
 * @param serverKey 32 bytes, not to be changed
 */
record ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
    static final String MECHANISM = "SCRAM-SHA-256";
    static final int KEY_BYTES = 32;

    /** Reads {@code SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>}; empty for anything else, such as an MD5 hash. */
    static Optional<ScramVerifier> parse(String text) {
        String[] parts = text.split("[$:]", -1);
        if (parts.length != 5 || !parts[0].equals(MECHANISM)) {
            return Optional.empty();
        }
        try {
            int iterations = Integer.parseInt(parts[1]);
            byte[] salt = Base64.getDecoder().decode(parts[2]);
            byte[] stored = Base64.getDecoder().decode(parts[3]);
            byte[] server = Base64.getDecoder().decode(parts[4]);
            return iterations > 0 && stored.length == KEY_BYTES && server.length == KEY_BYTES
                    ? Optional.of(new ScramVerifier(iterations, salt, stored, server))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    String text() {
        Base64.Encoder b = Base64.getEncoder();
        return MECHANISM + "$" + iterations + ":" + b.encodeToString(salt) + "$" + b.encodeToString(storedKey) + ":"
                + b.encodeToString(serverKey);
    }
}

package io.understudy.authentication;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Turns a password into the verifier that PostgreSQL stores in its place. */
public final class PasswordVerifier {
    private static final int ITERATIONS = 4096;
    private static final int SALT_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private PasswordVerifier() {}

    /**
     * A verifier with a fresh salt: {@code SCRAM-SHA-256$4096:<salt>$<StoredKey>:<ServerKey>}.
     *
     * @throws IllegalArgumentException if the password is empty, which PostgreSQL takes for none
     */
    public static String of(String password) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return of(password, ITERATIONS, salt).text();
    }

    static ScramVerifier of(String password, int iterations, byte[] salt) {
        if (password.isEmpty()) {
            throw new IllegalArgumentException("empty password");
        }
        byte[] salted = salted(prepared(password), salt, iterations);
        byte[] clientKey = ScramFunctions.clientKey(ScramMechanism.SCRAM_SHA_256, salted);
        return new ScramVerifier(
                iterations,
                salt,
                ScramFunctions.storedKey(ScramMechanism.SCRAM_SHA_256, clientKey),
                ScramFunctions.serverKey(ScramMechanism.SCRAM_SHA_256, salted));
    }

    /** Whether it is what the database would store as it is: a verifier or an MD5 hash, not a password. */
    public static boolean isVerifier(String text) {
        return ScramVerifier.parse(text).isPresent() || text.matches("md5[0-9a-f]{32}");
    }

    /** SASLprep, but as PostgreSQL does: what it forbids, or leaves nothing of, is used as it is. */
    private static char[] prepared(String password) {
        try {
            return StringPreparation.POSTGRESQL_PREPARATION.normalize(password.toCharArray());
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // the library stumbles over what becomes empty half way
            return password.toCharArray();
        }
    }

    private static byte[] salted(char[] password, byte[] salt, int iterations) {
        try {
            PBEKeySpec spec = new PBEKeySpec(password, salt, iterations, ScramVerifier.KEY_BYTES * Byte.SIZE);
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no PBKDF2 with HMAC-SHA-256", e);
        }
    }
}

package io.understudy.signin;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that all nodes derive from the cluster's password. Deriving it is slow on purpose (some 100 ms, in the background): whoever sees a token cannot try passwords
 * against it quickly. For any thread.
 */
public final class ClusterKey {
    private static final String HMAC = "HmacSHA256";
    private static final int ITERATIONS = 200_000;
    private static final int BITS = 256;
    private static final byte[] SALT = "understudy administration 1".getBytes(StandardCharsets.UTF_8);

    private final FutureTask<SecretKeySpec> key;

    /** @param password the cluster's, the same on every node */
    public ClusterKey(String password) {
        this.key = new FutureTask<>(() -> derive(password));
        Thread.ofPlatform().daemon().name("cluster-key").start(key);
    }

    /** The signature of a text, 32 bytes. Waits until the key is there. */
    byte[] sign(String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key.get());
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the key of the cluster is derived", e);
        } catch (ExecutionException | GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot derive the key of the cluster", e);
        }
    }

    private static SecretKeySpec derive(String password) throws GeneralSecurityException {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), SALT, ITERATIONS, BITS);
        byte[] bytes = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(spec)
                .getEncoded();
        return new SecretKeySpec(bytes, HMAC);
    }
}

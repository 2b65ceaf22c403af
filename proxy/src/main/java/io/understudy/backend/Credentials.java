package io.understudy.backend;

import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What proves to a server that the proxy may log in as a role. */
public sealed interface Credentials {

    /** A password, answered by whatever method the server asks for. */
    record Password(String password) implements Credentials {
        @Override
        public String toString() {
            return "password";
        }
    }

    /**
     * What a client's SCRAM login leaves behind: enough to be the same role at every server that has the same verifier, and nowhere else.
     *
     * @param clientKey 32 bytes, not to be changed
     * @param serverKey 32 bytes, not to be changed
     */
    record ScramKeys(byte[] clientKey, byte[] serverKey) implements Credentials {
        @Override
        public boolean equals(@Nullable Object o) {
            return o instanceof ScramKeys k
                    && MessageDigest.isEqual(clientKey, k.clientKey)
                    && MessageDigest.isEqual(serverKey, k.serverKey);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(clientKey);
        }

        @Override
        public String toString() {
            return "SCRAM keys";
        }
    }
}

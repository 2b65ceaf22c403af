package io.understudy.authentication;

import java.io.IOException;
import java.util.Optional;

/** Knows what the roles' passwords are verified against. Called by many threads. */
@FunctionalInterface
public interface Verifiers {
    /**
     * The role's verifier as the database stores it, {@code SCRAM-SHA-256$…}. As new as the last committed change that its caller may have seen: a
     * role made on this node can log in here at once.
     *
     * @return empty if there is no such role, or its password has expired, or it has none
     * @throws IOException if nothing is known at present; logins fail with 57P03
     */
    Optional<String> verifier(String role) throws IOException;
}

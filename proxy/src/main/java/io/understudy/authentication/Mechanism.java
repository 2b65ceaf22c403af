package io.understudy.authentication;

/**
 * The SCRAM mechanism that a client chose.
 *
 * @param bound whether the login is bound to the encrypted connection, {@code SCRAM-SHA-256-PLUS}
 * @param couldBeBound whether that was offered
 */
record Mechanism(boolean bound, boolean couldBeBound) {
    static final String BOUND = ScramVerifier.MECHANISM + "-PLUS";
}

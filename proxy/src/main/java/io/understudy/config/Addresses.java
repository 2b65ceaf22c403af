package io.understudy.config;

import java.util.Set;

/** Host names that mean something else to everybody who hears them. Judged by their text: nothing is looked up. */
final class Addresses {
    private static final Set<String> WILDCARDS = Set.of("", "*", "0.0.0.0", "::", "0:0:0:0:0:0:0:0");

    private Addresses() {}

    /** Whether a server bound to it listens on every address of its machine. */
    static boolean isWildcard(String host) {
        return WILDCARDS.contains(host);
    }

    static boolean isLoopback(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
    }
}

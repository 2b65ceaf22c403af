package io.understudy.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who may use the administration API and the console, besides the cluster's own user with its password.
 *
 * @param users with names that differ
 * @param tls how the administration port is encrypted; empty if it is not
 */
public record AdminAccess(List<User> users, Optional<Tls> tls) {
    /** The cluster's own user; an operator. */
    public static final String CLUSTER_USER = "postgres";

    public static final AdminAccess DEFAULT = new AdminAccess(List.of(), Optional.empty());

    public AdminAccess {
        users = List.copyOf(users);
    }

    /** What somebody may do. */
    public enum Role {
        /** Look at everything. */
        VIEWER,
        /** Give orders too. */
        OPERATOR;

        /** As it is written in settings, and told. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Role> of(String word) {
            return Arrays.stream(values()).filter(r -> r.word().equals(word)).findFirst();
        }
    }

    /**
     * Files in PEM.
     *
     * @param certificate the node's first, then who signed it; for the hosts under which nodes and people reach it
     * @param key its private key, without a password
     * @param ca who signed the certificates of all nodes: by that they know each other
     */
    public record Tls(Path certificate, Path key, Path ca) {}

    /** @param password in plain text, as in the file */
    public record User(String name, Role role, String password) {
        @Override
        public String toString() {
            return name + " (" + role.word() + ")";
        }
    }
}

package io.understudy.config;

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
public record AdminAccess(List<User> users, Optional<PeerTls> tls) {
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

    /** @param password in plain text, as in the file */
    public record User(String name, Role role, String password) {
        @Override
        public String toString() {
            return name + " (" + role.word() + ")";
        }
    }
}

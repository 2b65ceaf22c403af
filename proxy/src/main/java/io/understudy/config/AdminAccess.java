package io.understudy.config;

import java.util.List;

/**
 * Who may use the administration API and the console, besides the cluster's own user with its password.
 *
 * @param users with names that differ
 */
public record AdminAccess(List<User> users) {
    /** The cluster's own user; an operator. */
    public static final String CLUSTER_USER = "postgres";

    public static final AdminAccess DEFAULT = new AdminAccess(List.of());

    public AdminAccess {
        users = List.copyOf(users);
    }

    /** What somebody may do. */
    public enum Role {
        /** Look at everything. */
        VIEWER,
        /** Give orders too. */
        OPERATOR
    }

    /** @param password in plain text, as in the file */
    public record User(String name, Role role, String password) {
        @Override
        public String toString() {
            return name + " (" + role + ")";
        }
    }
}

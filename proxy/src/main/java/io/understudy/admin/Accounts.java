package io.understudy.admin;

import io.understudy.config.AdminAccess;
import io.understudy.config.AdminAccess.Role;
import io.understudy.config.AdminAccess.User;
import io.understudy.signin.SignedTokens;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The users and their passwords. In tokens a user is followed by a mark of his password: with another password, or when he is not among the users any more, his sessions and tokens are over.
 * For any thread.
 */
final class Accounts {
    private static final String SEPARATOR = "/";

    private final List<User> users;
    private final SignedTokens tokens;

    /** @param clusterPassword that of the cluster's own user, who is an operator */
    Accounts(String clusterPassword, AdminAccess access, SignedTokens tokens) {
        this.users = Stream.concat(
                        Stream.of(new User(AdminAccess.CLUSTER_USER, Role.OPERATOR, clusterPassword)),
                        access.users().stream())
                .toList();
        this.tokens = tokens;
    }

    Optional<User> named(String name) {
        return users.stream().filter(u -> u.name().equals(name)).findFirst();
    }

    Optional<User> byPassword(String name, String password) {
        Optional<User> user = named(name);
        // Takes as long for a password that is nearly right as for one that is all wrong, and for who does not exist.
        boolean right = MessageDigest.isEqual(
                bytes(password), bytes(user.map(User::password).orElse("")));
        return user.filter(u -> right);
    }

    /** What stands for the user in tokens. */
    String subject(User user) {
        return user.name() + SEPARATOR + mark(user);
    }

    /** The user whom a token's subject stands for, if it still does. */
    Optional<User> bySubject(String subject) {
        int end = subject.lastIndexOf(SEPARATOR);
        return end < 0
                ? Optional.empty()
                : named(subject.substring(0, end)).filter(u -> subject(u).equals(subject));
    }

    private String mark(User user) {
        return tokens.mark(user.name() + " " + user.password());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

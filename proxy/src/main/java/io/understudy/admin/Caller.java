package io.understudy.admin;

import io.javalin.http.Context;
import io.understudy.config.AdminAccess.Role;
import io.understudy.signin.Token;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who a request comes from, once that is known. */
sealed interface Caller {
    /** Name of a user or a node. */
    String name();

    boolean mayOperate();

    /** A person or a program. */
    record User(String name, Role role, Means means) implements Caller {
        @Override
        public boolean mayOperate() {
            return role == Role.OPERATOR;
        }

        @Override
        public String toString() {
            return name + " (" + role.word() + ", by " + means.name().toLowerCase(Locale.ROOT) + ")";
        }
    }

    /** Another node of the cluster, which passes on what was ordered there. */
    record Node(String name) implements Caller {
        @Override
        public boolean mayOperate() {
            return true;
        }
    }

    /** How a user showed who he is. */
    enum Means {
        PASSWORD,
        SESSION,
        TOKEN
    }

    /** Who it is, and the session if the request came with one. */
    record Known(Caller caller, @Nullable Token session) {}

    /** Notes it for the rest of the request. */
    static void remember(Context context, Known known) {
        context.attribute("caller", known);
    }

    /** Empty for what is open to anybody. */
    static Optional<Caller> of(Context context) {
        return known(context).map(Known::caller);
    }

    /** The session that the request was let in with; empty if it came with a password or token. */
    static Optional<Token> session(Context context) {
        return known(context).map(Known::session);
    }

    private static Optional<Known> known(Context context) {
        return Optional.ofNullable(context.attribute("caller"));
    }
}

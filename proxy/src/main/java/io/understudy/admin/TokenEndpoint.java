package io.understudy.admin;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.Handler;
import io.understudy.config.AdminAccess.Role;
import io.understudy.config.AdminAccess.User;
import io.understudy.signin.Token;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/v1/tokens?user=&role=&days=}: a token with which a program or the command line may come instead of a password, good on every node. It ends after its days, or when its user gets
 * another password or is not there any more. Who came with a token himself gets none: nobody makes one last for ever.
 */
final class TokenEndpoint implements Handler {
    private static final long DAYS_MAX = 366;

    private final SignIns signIns;

    TokenEndpoint(SignIns signIns) {
        this.signIns = signIns;
    }

    private record Answer(String token, String user, String role, String expires) {}

    @Override
    public void handle(Context context) {
        if (!(Caller.of(context).orElse(null) instanceof Caller.User caller) || caller.means() == Caller.Means.TOKEN) {
            throw new ForbiddenResponse("tokens are given to who comes with a password");
        }
        @Nullable String name = context.queryParam("user");
        User user = signIns.accounts()
                .named(name == null ? caller.name() : name)
                .orElseThrow(() -> new BadRequestResponse("there is no user " + name + " among admin.users"));
        Role role = role(context.queryParam("role"), user);
        Token token = signIns.program(user, role, Duration.ofDays(Range.number(context, "days", 30, 1, DAYS_MAX)));
        context.status(201)
                .json(new Answer(
                        signIns.text(token),
                        user.name(),
                        role.word(),
                        token.expires().toString()));
    }

    private static Role role(@Nullable String word, User user) {
        Role role = word == null
                ? user.role()
                : Role.of(word)
                        .orElseThrow(
                                () -> new BadRequestResponse("role is " + word + ", but must be viewer or operator"));
        if (role == Role.OPERATOR && user.role() == Role.VIEWER) {
            throw new BadRequestResponse(user.name() + " is a viewer and cannot have the token of an operator");
        }
        return role;
    }
}

package io.understudy.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.UnauthorizedResponse;
import io.understudy.config.AdminAccess.Role;
import io.understudy.config.AdminAccess.User;
import io.understudy.signin.Token;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/session}: POST signs in with a user and password or with another node's ticket, GET says who is signed in and renews the session, DELETE signs out,
 * here and, as far as they can be reached, on the other nodes.
 */
final class SessionEndpoint {
    static final String PATH = "/api/v1/session";

    private final SignIns signIns;
    private final AuditTrail audit;
    private final Peers peers;
    private final ObjectMapper mapper = new ObjectMapper();

    SessionEndpoint(SignIns signIns, AuditTrail audit, Peers peers) {
        this.signIns = signIns;
        this.audit = audit;
        this.peers = peers;
    }

    private record Answer(String user, String role, String csrf, String ticket, String expires) {}

    void signIn(Context context) throws TooManyAttemptsException {
        JsonNode body = body(context);
        String ticket = body.path("ticket").asText("");
        Token session;
        if (!ticket.isEmpty()) {
            session = signIns.moved(ticket)
                    .orElseThrow(() -> new UnauthorizedResponse("that ticket is not, or no longer, good"));
        } else {
            User user = signIns.byPassword(
                            context,
                            body.path("user").asText(""),
                            body.path("password").asText(""))
                    .orElseThrow(() -> new UnauthorizedResponse("wrong user or password"));
            session = signIns.begin(user);
            audit.signedIn(context, user.toString());
        }
        answer(context, session);
    }

    void show(Context context) {
        Optional<Token> session = Caller.session(context);
        if (session.isEmpty()) {
            Caller caller = Caller.of(context).orElseThrow();
            context.json(
                    Map.of("user", caller.name(), "role", (caller.mayOperate() ? Role.OPERATOR : Role.VIEWER).word()));
            return;
        }
        answer(context, signIns.renewed(session.get()).orElse(session.get()));
    }

    void signOut(Context context) {
        Caller.session(context).ifPresent(session -> {
            signIns.user(session).ifPresent(user -> audit.signedOut(context, user.toString()));
            signIns.end(session.id());
            peers.signedOut(session.id());
        });
        signIns.clearCookie(context);
        context.status(204);
    }

    /** {@code DELETE /api/v1/session/{id}}: another node says that somebody signed out there. */
    void signedOutElsewhere(Context context) {
        if (!SignIns.isFromNode(context)) {
            throw new ForbiddenResponse("only another node may say that");
        }
        signIns.end(context.pathParam("id"));
        context.status(204);
    }

    private void answer(Context context, Token session) {
        User user = signIns.user(session).orElseThrow(() -> new UnauthorizedResponse("the session is over"));
        signIns.setCookie(context, session);
        context.json(new Answer(
                user.name(),
                user.role().word(),
                signIns.csrf(session),
                signIns.ticket(session),
                session.expires().toString()));
    }

    private JsonNode body(Context context) {
        // A form of another site cannot send this type.
        @Nullable String type = context.contentType();
        if (type == null || !type.startsWith("application/json")) {
            throw new BadRequestResponse("the body must be application/json");
        }
        try {
            return mapper.readTree(context.body());
        } catch (IOException e) {
            throw new BadRequestResponse("the body is not JSON");
        }
    }
}

package io.understudy.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.UnauthorizedResponse;
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
    private final Peers peers;
    private final ObjectMapper mapper = new ObjectMapper();

    SessionEndpoint(SignIns signIns, Peers peers) {
        this.signIns = signIns;
        this.peers = peers;
    }

    private record Answer(String user, String csrf, String ticket, String expires) {}

    void signIn(Context context) throws TooManyAttemptsException {
        JsonNode body = body(context);
        String ticket = body.path("ticket").asText("");
        Token session;
        if (!ticket.isEmpty()) {
            session = signIns.moved(ticket)
                    .orElseThrow(() -> new UnauthorizedResponse("that ticket is not, or no longer, good"));
        } else {
            String user = body.path("user").asText("");
            if (!signIns.knows(context, user, body.path("password").asText(""))) {
                throw new UnauthorizedResponse("wrong user or password");
            }
            session = signIns.begin(user);
        }
        answer(context, session);
    }

    void show(Context context) {
        Optional<Token> session = SignIns.of(context);
        if (session.isEmpty()) {
            context.json(Map.of("user", SignIns.USER));
            return;
        }
        answer(context, signIns.renewed(session.get()).orElse(session.get()));
    }

    void signOut(Context context) {
        SignIns.of(context).ifPresent(session -> {
            signIns.end(session.id());
            peers.signedOut(session.id());
        });
        signIns.clearCookie(context);
        context.status(204);
    }

    /** {@code DELETE /api/v1/session/{id}}: another node says that somebody signed out there. */
    void signedOutElsewhere(Context context) {
        if (!signIns.isFromNode(context)) {
            throw new ForbiddenResponse("only another node may say that");
        }
        signIns.end(context.pathParam("id"));
        context.status(204);
    }

    private void answer(Context context, Token session) {
        signIns.setCookie(context, session);
        context.json(new Answer(
                session.subject(),
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

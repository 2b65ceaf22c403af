package io.understudy.admin;

import io.javalin.http.Context;
import io.understudy.config.AdminAccess;
import io.understudy.config.AdminAccess.Role;
import io.understudy.config.AdminAccess.User;
import io.understudy.signin.ClusterKey;
import io.understudy.signin.Patience;
import io.understudy.signin.Revocations;
import io.understudy.signin.SignedTokens;
import io.understudy.signin.Token;
import io.understudy.signin.Token.Purpose;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who is signed in and how: by a password, a token, or a session's cookie. For any thread.
 */
final class SignIns {
    static final String CSRF_HEADER = "X-CSRF-Token";

    /** A session that nobody renews ends after this time; a page that is open renews it. */
    static final Duration SESSION_LIFE = Duration.ofHours(12);

    /** However often it is renewed. */
    private static final Duration SESSION_MAX = Duration.ofDays(7);

    private static final Duration MOVE_LIFE = Duration.ofMinutes(10);
    private static final int REVOKED_MAX = 10_000;
    private final Accounts accounts;
    private final SignedTokens tokens;
    private final AuditTrail audit;
    private final Revocations revocations;
    private final Patience patience;
    private final Clock clock;

    SignIns(String password, AdminAccess access, ClusterKey key, AuditTrail audit, Clock clock) {
        this.tokens = new SignedTokens(key, clock);
        this.accounts = new Accounts(password, access, tokens);
        this.audit = audit;
        this.revocations = new Revocations(REVOKED_MAX, clock);
        this.patience = new Patience(clock);
        this.clock = clock;
    }

    Accounts accounts() {
        return accounts;
    }

    /**
     * The user of that name with that password.
     *
     * @throws TooManyAttemptsException without looking at them, if the address has to wait
     */
    Optional<User> byPassword(Context context, String name, String given) throws TooManyAttemptsException {
        String address = Addresses.network(context.ip());
        Optional<Duration> wait = patience.wait(address);
        if (wait.isPresent()) {
            throw new TooManyAttemptsException(wait.get());
        }
        Optional<User> user = accounts.byPassword(name, given);
        if (user.isPresent()) {
            patience.right(address);
        } else {
            patience.wrong(address);
            patience.wait(address).ifPresent(w -> audit.mustWait(address, w));
        }
        return user;
    }

    /** Who the header says it is: Basic, with a password or a token as that; or Bearer, with a token, or the password of the cluster's own user. Empty if it is not true. */
    Optional<Caller> byHeader(Context context, String authorization) throws TooManyAttemptsException {
        if (authorization.startsWith("Basic ")) {
            String pair = decoded(authorization.substring(6).strip());
            int colon = pair.indexOf(':');
            String given = pair.substring(colon + 1);
            Optional<Caller> program = byToken(given);
            return program.isPresent()
                    ? program
                    : known(byPassword(context, colon < 0 ? "" : pair.substring(0, colon), given));
        }
        if (!authorization.startsWith("Bearer ")) {
            return Optional.empty();
        }
        String token = authorization.substring(7).strip();
        Optional<Caller> caller = node(token).or(() -> byToken(token));
        return caller.isPresent() ? caller : known(byPassword(context, AdminAccess.CLUSTER_USER, token));
    }

    private static Optional<Caller> known(Optional<User> user) {
        return user.map(u -> new Caller.User(u.name(), u.role(), Caller.Means.PASSWORD));
    }

    private Optional<Caller> byToken(String text) {
        return program(Purpose.OPERATE, text)
                .or(() -> program(Purpose.VIEW, text).map(u -> new User(u.name(), Role.VIEWER, "")))
                .map(u -> new Caller.User(u.name(), u.role(), Caller.Means.TOKEN));
    }

    private Optional<User> program(Purpose purpose, String text) {
        return tokens.read(purpose, text).flatMap(t -> accounts.bySubject(t.subject()));
    }

    private Optional<Caller> node(String token) {
        return tokens.read(Purpose.NODE, token).map(t -> new Caller.Node(t.subject()));
    }

    /** A token for a program. */
    Token program(User user, Role role, Duration life) {
        return tokens.ofProgram(role == Role.OPERATOR ? Purpose.OPERATE : Purpose.VIEW, accounts.subject(user), life);
    }

    String text(Token token) {
        return tokens.write(token);
    }

    /** Whether the request comes from another node of the cluster. */
    static boolean isFromNode(Context context) {
        return Caller.of(context).orElse(null) instanceof Caller.Node;
    }

    /** The session of the request's cookie. */
    Optional<Token> session(Context context) {
        @Nullable String cookie = context.cookie(tokens.cookieName());
        return cookie == null
                ? Optional.empty()
                : tokens.read(Purpose.SESSION, cookie).filter(this::isValid);
    }

    /** Whether the session is not over, has not been signed out, and its user is still there with the same password. */
    boolean isValid(Token session) {
        return session.expires().isAfter(clock.instant())
                && !revocations.isRevoked(session)
                && user(session).isPresent();
    }

    Optional<User> user(Token session) {
        return accounts.bySubject(session.subject());
    }

    boolean hasCsrf(Context context, Token session) {
        @Nullable String value = context.header(CSRF_HEADER);
        return value != null && tokens.isCsrf(session, value);
    }

    Token begin(User user) {
        return tokens.begin(accounts.subject(user), SESSION_LIFE);
    }

    /** The session that another node's ticket stands for. */
    Optional<Token> moved(String ticket) {
        return tokens.read(Purpose.MOVE, ticket)
                .filter(this::isValid)
                .map(t -> tokens.of(t, Purpose.SESSION, SESSION_LIFE));
    }

    /** The same session with its whole time before it; empty if it has lasted long enough. */
    Optional<Token> renewed(Token session) {
        Token longer = tokens.of(session, Purpose.SESSION, SESSION_LIFE);
        return longer.expires().isAfter(session.began().plus(SESSION_MAX)) ? Optional.empty() : Optional.of(longer);
    }

    void end(String id) {
        // Tokens of that session may be newer than the one it was ended with.
        revocations.revoke(id, tokens.begin("", SESSION_LIFE.plus(MOVE_LIFE)).expires());
    }

    String csrf(Token session) {
        return tokens.csrf(session);
    }

    String ticket(Token session) {
        return tokens.write(tokens.of(session, Purpose.MOVE, MOVE_LIFE));
    }

    /** Script cannot read it, and the browser sends it to this host alone and never from another site's page. */
    void setCookie(Context context, Token session) {
        cookie(context, tokens.write(session), SESSION_LIFE);
    }

    void clearCookie(Context context) {
        cookie(context, "", Duration.ZERO);
    }

    private void cookie(Context context, String value, Duration life) {
        String secure = context.scheme().equals("https") ? "; Secure" : "";
        context.header(
                "Set-Cookie",
                tokens.cookieName() + "=" + value + "; Path=/; Max-Age=" + life.toSeconds()
                        + "; HttpOnly; SameSite=Strict" + secure);
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}

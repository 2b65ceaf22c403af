package io.understudy.admin;

import io.javalin.http.Context;
import io.understudy.signin.ClusterKey;
import io.understudy.signin.Patience;
import io.understudy.signin.Revocations;
import io.understudy.signin.SignedTokens;
import io.understudy.signin.Token;
import io.understudy.signin.Token.Purpose;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who is signed in and how: by the cluster's password, by a token of another node, or by a session's cookie. For any thread.
 */
final class SignIns {
    static final String USER = "postgres";
    static final String CSRF_HEADER = "X-CSRF-Token";

    /** A session that nobody renews ends after this time; a page that is open renews it. */
    static final Duration SESSION_LIFE = Duration.ofHours(12);

    /** However often it is renewed. */
    private static final Duration SESSION_MAX = Duration.ofDays(7);

    private static final Duration MOVE_LIFE = Duration.ofMinutes(10);
    private static final int REVOKED_MAX = 10_000;
    private static final String SESSION = "session";

    private final byte[] password;
    private final SignedTokens tokens;
    private final Revocations revocations;
    private final Patience patience;

    SignIns(String password, ClusterKey key, Clock clock) {
        this.password = bytes(password);
        this.tokens = new SignedTokens(key, clock);
        this.revocations = new Revocations(REVOKED_MAX, clock);
        this.patience = new Patience(clock);
    }

    /**
     * Whether these are the user and the cluster's password.
     *
     * @throws TooManyAttemptsException without looking at them, if the address has to wait
     */
    boolean knows(Context context, String user, String given) throws TooManyAttemptsException {
        String address = context.ip();
        Optional<Duration> wait = patience.wait(address);
        if (wait.isPresent()) {
            throw new TooManyAttemptsException(wait.get());
        }
        // Takes as long for a password that is nearly right as for one that is all wrong.
        boolean right = MessageDigest.isEqual(bytes(given), password) & user.equals(USER);
        if (right) {
            patience.right(address);
        } else {
            patience.wrong(address);
        }
        return right;
    }

    /** Whether the header is right: Basic, or Bearer with the password or with another node's token. */
    boolean knows(Context context, String authorization) throws TooManyAttemptsException {
        if (authorization.startsWith("Basic ")) {
            String pair = decoded(authorization.substring(6).strip());
            int colon = pair.indexOf(':');
            return knows(context, colon < 0 ? "" : pair.substring(0, colon), pair.substring(colon + 1));
        }
        if (!authorization.startsWith("Bearer ")) {
            return false;
        }
        String token = authorization.substring(7).strip();
        return isNode(token) || knows(context, USER, token);
    }

    private boolean isNode(String token) {
        return tokens.read(Purpose.NODE, token).isPresent();
    }

    /** Whether the request comes from another node of the cluster. */
    boolean isFromNode(Context context) {
        @Nullable String header = context.header("Authorization");
        return header != null
                && header.startsWith("Bearer ")
                && isNode(header.substring(7).strip());
    }

    /** The session of the request's cookie. */
    Optional<Token> session(Context context) {
        @Nullable String cookie = context.cookie(tokens.cookieName());
        return cookie == null
                ? Optional.empty()
                : tokens.read(Purpose.SESSION, cookie).filter(this::isValid);
    }

    /** Whether the session has not been signed out. */
    boolean isValid(Token session) {
        return !revocations.isRevoked(session);
    }

    boolean hasCsrf(Context context, Token session) {
        @Nullable String value = context.header(CSRF_HEADER);
        return value != null && tokens.isCsrf(session, value);
    }

    Token begin(String user) {
        return tokens.begin(user, SESSION_LIFE);
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
        revocations.revoke(id, tokens.begin(USER, SESSION_LIFE.plus(MOVE_LIFE)).expires());
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

    void remember(Context context, Token session) {
        context.attribute(SESSION, session);
    }

    /** The session that the request was let in with; empty if it came with a password. */
    static Optional<Token> of(Context context) {
        return Optional.ofNullable(context.attribute(SESSION));
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package io.understudy.signin;

import io.understudy.signin.Token.Purpose;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * Tokens that any node of the cluster can make and every other can check, without asking each other. For any thread.
 */
public final class SignedTokens {
    private static final int TEXT_MAX = 1000;
    private static final int PARTS = 6;
    private static final int MARK_LENGTH = 12;
    /** Clocks of nodes differ a little. */
    private static final Duration NODE_LIFE = Duration.ofMinutes(2);

    private final ClusterKey key;
    private final Clock clock;

    public SignedTokens(ClusterKey key, Clock clock) {
        this.key = key;
        this.clock = clock;
    }

    /** A token of a new session. */
    public Token begin(String user, Duration life) {
        Instant now = clock.instant();
        return new Token(Purpose.SESSION, user, UUID.randomUUID().toString().replace("-", ""), now, now.plus(life));
    }

    /** A token for a program of that user's. */
    public Token ofProgram(Purpose purpose, String user, Duration life) {
        return of(begin(user, life), purpose, life);
    }

    /** A few characters that change with the text; nobody without the key can tell the one from the other. */
    public String mark(String text) {
        return encode(key.sign("mark " + text)).substring(0, MARK_LENGTH);
    }

    /** The same session for another purpose, or for longer. */
    public Token of(Token session, Purpose purpose, Duration life) {
        return new Token(
                purpose,
                session.subject(),
                session.id(),
                session.began(),
                clock.instant().plus(life));
    }

    /** The token as text, in characters that need no quoting in headers and addresses. */
    public String write(Token token) {
        String said = String.join(
                ".",
                token.purpose().name(),
                encode(token.subject().getBytes(StandardCharsets.UTF_8)),
                token.id(),
                Long.toString(token.began().getEpochSecond()),
                Long.toString(token.expires().getEpochSecond()));
        return said + "." + encode(key.sign(said));
    }

    /** With which this node asks another one; good for two minutes. */
    public String forNode(String node) {
        return shortLived(Purpose.NODE, node);
    }

    /** With which this node comes to the client port of another one, or its own; good for two minutes. */
    public String forClientPort(String node) {
        return shortLived(Purpose.CLIENT, node);
    }

    private String shortLived(Purpose purpose, String node) {
        Instant now = clock.instant();
        return write(new Token(purpose, node, "0", now, now.plus(NODE_LIFE)));
    }

    /** What the text says; empty if it is not a token for that purpose, not signed by this cluster, or too old. */
    public Optional<Token> read(Purpose purpose, String text) {
        int signature = text.lastIndexOf('.');
        if (signature < 0 || text.length() > TEXT_MAX || !text.startsWith(purpose.name() + ".")) {
            return Optional.empty();
        }
        String said = text.substring(0, signature);
        if (!same(encode(key.sign(said)), text.substring(signature + 1))) {
            return Optional.empty();
        }
        String[] parts = text.split("\\.", -1);
        if (parts.length != PARTS) {
            return Optional.empty();
        }
        Token token = new Token(
                purpose,
                new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8),
                parts[2],
                Instant.ofEpochSecond(Long.parseLong(parts[3])),
                Instant.ofEpochSecond(Long.parseLong(parts[4])));
        return token.expires().isAfter(clock.instant()) ? Optional.of(token) : Optional.empty();
    }

    /** What a page has to repeat in a header with every request that changes something: another site cannot know it. */
    public String csrf(Token session) {
        return encode(key.sign("csrf " + session.id()));
    }

    /** Whether that is the session's {@link #csrf} value. */
    public boolean isCsrf(Token session, String value) {
        return same(csrf(session), value);
    }

    /** Differs between clusters, so that two on one host do not overwrite each other's cookie. */
    public String cookieName() {
        return "understudy-" + HexFormat.of().formatHex(key.sign("cookie"), 0, 4);
    }

    private static boolean same(String a, String b) {
        // Takes as long for a text that is nearly right as for one that is all wrong.
        return MessageDigest.isEqual(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

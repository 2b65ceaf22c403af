package io.understudy.authentication;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import io.understudy.authentication.LoginOutcome.Authenticated;
import io.understudy.authentication.LoginOutcome.Gone;
import io.understudy.authentication.LoginOutcome.Refused;
import io.understudy.backend.Credentials.ScramKeys;
import io.understudy.wire.ErrorFields;
import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.MessageType;
import io.understudy.wire.ProtocolException;
import io.understudy.wire.ServerMessages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * The server's side of a SCRAM-SHA-256 login (RFC 5802 as PostgreSQL speaks it, bound to the connection where it is encrypted and the client can do that). A right proof reveals the client's key, by
 * which the proxy can be the same role at the servers. Roles that do not exist go through the same motions and fail like a wrong password. For many threads.
 */
public final class ScramLogin {
    /** PostgreSQL's bound on a client's message, in bytes. */
    private static final int MESSAGE_BYTES_MAX = 1024;

    private static final byte[] NOT_BOUND = {};
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;
    private static final int NONCE_BYTES = 18;
    private static final int MOCK_ITERATIONS = 4096;
    private static final int MOCK_SALT_BYTES = 16;

    private final Verifiers verifiers;
    private final byte[] mockSecret;
    private final SecureRandom random;

    /** @param mockSecret from which salts of unknown roles are made; the same on every node and after every restart, known to nobody else */
    public ScramLogin(Verifiers verifiers, byte[] mockSecret, SecureRandom random) {
        this.verifiers = verifiers;
        this.mockSecret = mockSecret.clone();
        this.random = random;
    }

    /**
     * Asks the client to prove that it is {@code user}. What refuses it is sent to it.
     *
     * @param endPoint by which the login can be bound to the connection; empty if it cannot
     * @throws IOException if the connection breaks or runs out of time
     */
    public LoginOutcome authenticate(String user, Optional<byte[]> endPoint, MessageInput in, MessageOutput out)
            throws IOException {
        Optional<String> stored;
        try {
            stored = verifiers.verifier(user);
        } catch (IOException e) {
            return refuse(out, ErrorFields.fatal("57P03", "the roles' passwords cannot be read at present", ""));
        }
        Optional<ScramVerifier> known = stored.flatMap(ScramVerifier::parse);
        try {
            return exchange(user, known.orElseGet(() -> mock(user)), known.isPresent(), endPoint, in, out);
        } catch (ScramRefused e) {
            return refuse(out, e.fields());
        } catch (ProtocolException e) {
            return refuse(out, ErrorFields.fatal("08P01", String.valueOf(e.getMessage()), ""));
        }
    }

    private LoginOutcome exchange(
            String user,
            ScramVerifier verifier,
            boolean known,
            Optional<byte[]> endPoint,
            MessageInput in,
            MessageOutput out)
            throws IOException, ScramRefused {
        out.begin(MessageType.AUTHENTICATION).int32(SASL);
        if (endPoint.isPresent()) {
            out.string(Mechanism.BOUND);
        }
        out.string(ScramVerifier.MECHANISM);
        out.int8(0).end();
        out.flush();
        if (!nextIsResponse(user, in)) {
            return new Gone();
        }
        Mechanism mechanism = mechanism(in, endPoint.isPresent());
        ClientFirst first = ClientFirst.parse(initialResponse(in), mechanism);

        String nonce = first.nonce() + nonce();
        String serverFirst = "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(verifier.salt()) + ",i="
                + verifier.iterations();
        authentication(out, SASL_CONTINUE, serverFirst);
        out.flush();
        if (!nextIsResponse(user, in)) {
            return new Gone();
        }
        byte[] binding = mechanism.bound() ? endPoint.orElseThrow() : NOT_BOUND;
        ClientFinal last = ClientFinal.parse(in.text(in.remaining(), ISO_8859_1), first.header(), binding, nonce);

        byte[] authMessage = (first.bare() + "," + serverFirst + "," + last.withoutProof()).getBytes(ISO_8859_1);
        byte[] clientKey = xor(last.proof(), hmac(verifier.storedKey(), authMessage));
        boolean proved = MessageDigest.isEqual(
                ScramFunctions.hash(ScramMechanism.SCRAM_SHA_256, clientKey), verifier.storedKey());
        if (!proved || !known) {
            return refuse(out, ErrorFields.fatal("28P01", failed(user), ""));
        }
        byte[] signature = hmac(verifier.serverKey(), authMessage);
        authentication(out, SASL_FINAL, "v=" + Base64.getEncoder().encodeToString(signature));
        ServerMessages.authenticationOk(out);
        return new Authenticated(new ScramKeys(clientKey, verifier.serverKey()));
    }

    /** @return false if the client has gone away, as psql does to ask its user for the password */
    private static boolean nextIsResponse(String user, MessageInput in) throws IOException, ScramRefused {
        int type = in.next();
        if (type < 0) {
            return false;
        }
        if (type != MessageType.PASSWORD) {
            throw new ProtocolException("expected SASL response, got message type " + type);
        }
        if (in.length() > MESSAGE_BYTES_MAX) {
            throw new ScramRefused("28P01", failed(user), "");
        }
        return true;
    }

    private static String failed(String user) {
        return "password authentication failed for user \"" + user + "\"";
    }

    private static Mechanism mechanism(MessageInput in, boolean couldBeBound) throws ProtocolException {
        String chosen = in.string();
        boolean bound = couldBeBound && chosen.equals(Mechanism.BOUND);
        if (!bound && !chosen.equals(ScramVerifier.MECHANISM)) {
            throw new ProtocolException("client selected an invalid SASL authentication mechanism");
        }
        return new Mechanism(bound, couldBeBound);
    }

    private static String initialResponse(MessageInput in) throws ProtocolException, ScramRefused {
        int length = in.int32();
        if (length != in.remaining()) {
            throw ScramRefused.malformed(length < 0 ? "The message is empty." : "Message length does not match.");
        }
        return in.text(length, ISO_8859_1);
    }

    private static void authentication(MessageOutput out, int code, String message) throws IOException {
        out.begin(MessageType.AUTHENTICATION)
                .int32(code)
                .bytes(message.getBytes(ISO_8859_1))
                .end();
    }

    private String nonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Looks the same at each login of that name, as a real one would; no proof fits it. */
    private ScramVerifier mock(String user) {
        byte[] salt = hmac(mockSecret, user.getBytes(StandardCharsets.UTF_8));
        byte[] noKey = new byte[ScramVerifier.KEY_BYTES];
        return new ScramVerifier(MOCK_ITERATIONS, Arrays.copyOf(salt, MOCK_SALT_BYTES), noKey, noKey);
    }

    private static byte[] hmac(byte[] key, byte[] message) {
        return ScramFunctions.hmac(ScramMechanism.SCRAM_SHA_256, key, message);
    }

    private static byte[] xor(byte[] a, byte[] b) {
        byte[] x = new byte[a.length];
        for (int i = 0; i < a.length; i++) {
            x[i] = (byte) (a[i] ^ b[i]);
        }
        return x;
    }

    private static Refused refuse(MessageOutput out, ErrorFields fields) throws IOException {
        fields.write(out);
        out.flush();
        return new Refused(fields);
    }
}

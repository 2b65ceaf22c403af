package io.understudy.backend;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.exception.ScramException;
import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.MessageType;
import io.understudy.wire.ProtocolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers a server's SCRAM challenge with keys instead of a password, and checks that the server knows the role too. */
final class ScramAnswer {
    /** AuthenticationSASL, AuthenticationSASLContinue, AuthenticationSASLFinal. */
    static final int SASL = 10;

    static final int SASL_CONTINUE = 11;
    static final int SASL_FINAL = 12;

    private static final String MECHANISM = "SCRAM-SHA-256";

    private final Credentials.ScramKeys keys;
    private @Nullable ScramClient client;

    ScramAnswer(Credentials.ScramKeys keys) {
        this.keys = keys;
    }

    /** Takes the authentication message whose code was just read from {@code in}. */
    void take(int code, MessageInput in, MessageOutput out) throws IOException {
        try {
            switch (code) {
                case SASL -> first(in, out);
                case SASL_CONTINUE -> proof(in, out);
                default -> begun().serverFinalMessage(in.text(in.remaining(), StandardCharsets.UTF_8));
            }
        } catch (ScramException | IllegalArgumentException e) {
            throw new IOException("SCRAM exchange with the server failed: " + e.getMessage(), e);
        }
    }

    private void first(MessageInput in, MessageOutput out) throws IOException {
        List<String> offered = new ArrayList<>();
        for (String m = in.string(); !m.isEmpty(); m = in.string()) {
            offered.add(m);
        }
        if (!offered.contains(MECHANISM)) {
            throw new ProtocolException("server offers no " + MECHANISM);
        }
        // PostgreSQL takes the role from the startup packet and ignores the name here
        ScramClient c = ScramClient.builder()
                .advertisedMechanisms(List.of(MECHANISM))
                .username("*")
                .clientAndServerKey(keys.clientKey(), keys.serverKey())
                .build();
        client = c;
        byte[] message = c.clientFirstMessage().toString().getBytes(StandardCharsets.UTF_8);
        out.begin(MessageType.PASSWORD)
                .string(MECHANISM)
                .int32(message.length)
                .bytes(message)
                .end();
        out.flush();
    }

    private void proof(MessageInput in, MessageOutput out) throws IOException, ScramException {
        ScramClient c = begun();
        c.serverFirstMessage(in.text(in.remaining(), StandardCharsets.UTF_8));
        out.begin(MessageType.PASSWORD)
                .bytes(c.clientFinalMessage().toString().getBytes(StandardCharsets.UTF_8))
                .end();
        out.flush();
    }

    private ScramClient begun() throws ProtocolException {
        if (client == null) {
            throw new ProtocolException("SCRAM message before its time");
        }
        return client;
    }
}

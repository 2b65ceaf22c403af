package io.understudy.backend;

import io.understudy.wire.ErrorFields;
import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.MessageType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What stands between pgjdbc and the server on one connection: decides what the startup packet says, answers a SCRAM challenge, keeps what the server
 * reports, and tells pgjdbc the few settings it insists on, whatever the session's really are.
 */
final class Dialogue {
    private static final int PROTOCOL_3_0 = 3 << 16;

    /** pgjdbc gives up on a session with other values; it only ever sends empty queries here. */
    private static final Map<String, String> FOR_DRIVER = Map.of("client_encoding", "UTF8", "DateStyle", "ISO, MDY");

    private final Login login;
    private final Map<String, String> startupSettings;
    private final @Nullable ScramAnswer scram;
    private final Map<String, String> parameters = new ConcurrentHashMap<>();
    private int pid;
    private boolean loggedIn;
    private @Nullable ErrorFields refusal;

    Dialogue(Login login, Map<String, String> startupSettings) {
        this.login = login;
        this.startupSettings = startupSettings;
        this.scram = login.credentials() instanceof Credentials.ScramKeys k ? new ScramAnswer(k) : null;
    }

    void writeStartup(MessageOutput out) throws IOException {
        out.beginUntyped().int32(PROTOCOL_3_0);
        out.string("user").string(login.user()).string("database").string(login.database());
        startupSettings.forEach((name, value) -> out.string(name).string(value));
        out.int8(0).end();
        out.flush();
    }

    /**
     * Looks at a message from the server before pgjdbc does.
     *
     * @return whether pgjdbc is to see it
     */
    boolean pass(int type, MessageInput in, MessageOutput out) throws IOException {
        if (loggedIn) {
            return true;
        }
        switch (type) {
            case MessageType.AUTHENTICATION -> {
                int code = in.int32();
                if (scram != null && code >= ScramAnswer.SASL && code <= ScramAnswer.SASL_FINAL) {
                    scram.take(code, in, out);
                    return false;
                }
            }
            case MessageType.BACKEND_KEY_DATA -> pid = in.int32();
            case MessageType.ERROR -> {
                if (!in.streamed()) {
                    refusal = ErrorFields.read(in);
                }
            }
            case MessageType.READY_FOR_QUERY -> loggedIn = true;
            default -> {}
        }
        return true;
    }

    /** Keeps a reported setting; returns the message to give pgjdbc in its place, if another. */
    byte @Nullable [] reported(MessageInput in) throws IOException {
        String name = in.string();
        parameters.put(name, in.string());
        String instead = FOR_DRIVER.get(name);
        if (instead == null) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        MessageOutput m = new MessageOutput(bytes);
        m.begin(MessageType.PARAMETER_STATUS).string(name).string(instead).end();
        m.flush();
        return bytes.toByteArray();
    }

    Map<String, String> parameters() {
        return parameters;
    }

    boolean loggedIn() {
        return loggedIn;
    }

    int pid() {
        return pid;
    }

    @Nullable
    ErrorFields refusal() {
        return refusal;
    }
}

package io.understudy.session;

import io.understudy.backend.Backend;
import io.understudy.backend.Encodings;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.ServerMessages;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings a client has been told by ParameterStatus. Connections change under a session, and the proxy changes settings on them unseen; what the client believes must be what
 * holds for it. Not safe for use by several threads, but for {@link #applicationName}.
 */
final class ToldParameters {
    /** Facts about a server or a connection, not settings of the session: servers may differ in them. */
    private static final Set<String> NOT_OF_THE_SESSION = Set.of(
            "server_version",
            "server_encoding",
            "integer_datetimes",
            "in_hot_standby",
            "default_transaction_read_only",
            "is_superuser");

    private final MessageOutput out;
    private final Map<String, String> told = new HashMap<>();
    /** What holds now, where that may not have been told yet: as a server does, the client is told ahead of ReadyForQuery, and of the last of several changes only. */
    private final Map<String, String> untold = new LinkedHashMap<>();

    private Charset charset = StandardCharsets.UTF_8;
    private boolean standardStrings = true;
    private volatile String applicationName = "";

    ToldParameters(MessageOutput out) {
        this.out = out;
    }

    /** Tells everything a server reports, once, at the session's begin. */
    void greet(Map<String, String> parameters) throws IOException {
        for (Map.Entry<String, String> p : parameters.entrySet()) {
            String value = p.getKey().equals("default_transaction_read_only") ? "off" : p.getValue();
            note(p.getKey(), value);
        }
        beforeReady();
    }

    /** This holds for the session from now on. */
    void note(String name, String value) {
        untold.put(name, value);
        if (name.equals("application_name")) {
            applicationName = value;
        }
        if (name.equals("client_encoding")) {
            charset = Encodings.of(value);
        } else if (name.equals("standard_conforming_strings")) {
            standardStrings = !value.equals("off");
        }
    }

    /** Tells the client what is new. */
    void beforeReady() throws IOException {
        if (untold.isEmpty()) {
            return;
        }
        for (Map.Entry<String, String> p : untold.entrySet()) {
            if (!p.getValue().equals(told.put(p.getKey(), p.getValue()))) {
                ServerMessages.parameterStatus(out, p.getKey(), p.getValue());
            }
        }
        untold.clear();
    }

    /** Notes what has become different on the connection that has the session's settings. */
    void tell(Backend backend) {
        for (Map.Entry<String, String> p : backend.parameters().entrySet()) {
            String name = p.getKey();
            String before = now(name);
            if (before != null && !before.equals(p.getValue()) && !NOT_OF_THE_SESSION.contains(name)) {
                note(name, p.getValue());
            }
        }
    }

    /** Whether a backslash in the client's literals is just that: standard_conforming_strings. */
    boolean standardStrings() {
        return standardStrings;
    }

    /** What the client believes a setting to be; empty for one that servers do not report. */
    Optional<String> value(String name) {
        return Optional.ofNullable(now(name));
    }

    private @Nullable String now(String name) {
        String value = untold.get(name);
        return value == null ? told.get(name) : value;
    }

    /** What the client calls itself. For any thread. */
    String applicationName() {
        return applicationName;
    }

    /** What the client's text is encoded in. */
    Charset charset() {
        return charset;
    }
}

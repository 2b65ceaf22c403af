package io.understudy.authentication;

import io.understudy.wire.ErrorFields;
import io.understudy.wire.ProtocolVersion;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a new connection turned out to want. */
public sealed interface StartupOutcome {
    /**
     * To cancel what a session is doing; no answer is due but closing the connection.
     *
     * @param key not to be changed
     */
    record CancelRequest(int pid, byte[] key) implements StartupOutcome {}

    /**
     * A session.
     *
     * @param settings what else the startup packet said, in its order: {@code options} and run-time settings
     * @param protocol the version to be spoken, already negotiated
     */
    record SessionRequest(String user, String database, Map<String, String> settings, ProtocolVersion protocol)
            implements StartupOutcome {
        public SessionRequest {
            settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        }
    }

    /** Something it cannot have; it was told so, and its connection is to be closed. */
    record Refused(ErrorFields fields) implements StartupOutcome {}

    /** Nothing: it went away, or what it sent was no startup packet; its connection is to be closed without a word. */
    record Closed() implements StartupOutcome {}
}

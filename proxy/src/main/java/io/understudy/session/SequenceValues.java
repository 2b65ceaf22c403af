package io.understudy.session;

import io.understudy.backend.Backend;
import io.understudy.backend.ServerError;
import io.understudy.classification.PinReason;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** What currval() and lastval() answer stands in the connection that drew the values; a session that has drawn some keeps it. Not safe for use by several threads at once. */
final class SequenceValues {
    private static final Set<PinReason> ONLY = EnumSet.of(PinReason.SEQUENCE_VALUE);
    /** The session waits meanwhile, should its client come back. */
    private static final Duration ANSWER_MAX = Duration.ofSeconds(1);

    private static final String FORGET = "DISCARD SEQUENCES";

    private final SessionState session;

    SequenceValues(SessionState session) {
        this.session = session;
    }

    /** Whether a connection is kept for them, and for nothing else. */
    boolean keepConnection() {
        return session.pinned != null && session.pins.equals(ONLY);
    }

    /** @return whether a connection was kept only for them, which is given back */
    boolean forget() {
        Backend kept = session.pinned;
        if (kept == null || !keepConnection()) {
            return false;
        }
        session.pins.clear();
        session.pinned = null;
        try {
            kept.readTimeout(ANSWER_MAX);
            kept.query(FORGET);
            kept.release();
        } catch (IOException | ServerError e) {
            kept.discard();
        }
        return true;
    }
}

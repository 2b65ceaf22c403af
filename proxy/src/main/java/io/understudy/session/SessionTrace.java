package io.understudy.session;

import io.understudy.classification.SqlStatement;
import io.understudy.classification.TraceParent;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Which trace a session's client works for, as far as it says: by a comment of a statement, which holds for the rest of the statement's transaction (COMMIT has none), otherwise by its {@code application_name}.
 * Lines that the session's thread writes to the node's log have it, and the session's number.
 *
 * <p>Used by the session's own thread; {@link #now} is for any.
 */
final class SessionTrace {
    private static final String SESSION = "session";
    private static final String TRACE = "trace";

    private final ToldParameters told;
    private volatile String now = "";
    /** Whether {@link #now} was in a comment. */
    private boolean commented;

    private String application = "";
    private String ofApplication = "";

    SessionTrace(ToldParameters told) {
        this.told = told;
    }

    /** This thread works for that session from now on, to its end. */
    static void worksFor(int session) {
        MDC.put(SESSION, Integer.toString(session));
    }

    /**
     * That is going to be run, or what has no statement.
     *
     * @param inTransaction whether it belongs to a transaction that is there already
     */
    void of(@Nullable SqlStatement statement, boolean inTransaction) {
        String own = statement == null ? "" : statement.trace();
        if (!own.isEmpty()) {
            commented = true;
            set(own);
        } else if (!inTransaction || !commented) {
            commented = false;
            set(ofApplication());
        }
    }

    private String ofApplication() {
        String name = told.applicationName();
        if (!name.equals(application)) {
            application = name;
            ofApplication = TraceParent.inName(name);
        }
        return ofApplication;
    }

    private void set(String trace) {
        if (!trace.equals(now)) {
            now = trace;
            if (trace.isEmpty()) {
                MDC.remove(TRACE);
            } else {
                MDC.put(TRACE, trace);
            }
        }
    }

    /** A trace id, or empty. */
    String now() {
        return now;
    }
}

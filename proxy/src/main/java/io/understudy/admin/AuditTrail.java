package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.RequestLogger;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells the {@link Audit} of every order, carried out or refused, and of who signs in. What nodes pass on is told by the node that was asked. */
final class AuditTrail implements RequestLogger {
    private static final String OPERATION = "operation";
    private static final int TEXT_MAX = 300;

    private final Audit audit;

    AuditTrail(Audit audit) {
        this.audit = audit;
    }

    /** This request would change something. */
    static void operation(Context context) {
        context.attribute(OPERATION, true);
    }

    @Override
    public void handle(Context context, Float millis) {
        if (context.attribute(OPERATION) == null || Caller.of(context).orElse(null) instanceof Caller.Node) {
            return;
        }
        // Paths and queries are as they were sent: with everything escaped that is no plain character.
        @Nullable String query = context.queryString();
        String what =
                context.method().name() + " " + context.req().getRequestURI() + (query == null ? "" : "?" + query);
        audit.done(String.format(
                Locale.ROOT,
                "%s from %s: %s: %d %s after %.0f ms",
                Caller.of(context).map(Caller::toString).orElse("somebody who is not signed in"),
                context.ip(),
                what.length() > TEXT_MAX ? what.substring(0, TEXT_MAX) + "…" : what,
                context.statusCode(),
                outcome(context.statusCode()),
                millis));
    }

    void signedIn(Context context, String user) {
        audit.done(user + " signed in from " + context.ip());
    }

    void signedOut(Context context, String user) {
        audit.done(user + " signed out from " + context.ip());
    }

    /** Who tries passwords is told of when he has to wait, not for every mistake. */
    void mustWait(String address, Duration wait) {
        audit.done("wrong passwords from " + address + ": the next one is looked at in " + wait.toSeconds() + " s");
    }

    private static String outcome(int status) {
        return status < 300 ? "done" : status == 409 ? "not possible" : status < 500 ? "refused" : "failed";
    }
}

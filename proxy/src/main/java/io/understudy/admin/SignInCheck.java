package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.UnauthorizedResponse;
import io.understudy.config.AdminAccess;
import io.understudy.config.AdminAccess.User;
import io.understudy.signin.Token;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests pass that come from somebody who is signed in. Without that there are the console's files, which hold no secrets, signing in, and health.
 *
 * <p>What changes something must not come from another site's page: with a cookie it needs the session's CSRF value, and a browser that says it comes from elsewhere is
 * refused whatever it sends.
 */
final class SignInCheck implements Handler {
    private final SignIns signIns;

    SignInCheck(SignIns signIns) {
        this.signIns = signIns;
    }

    @Override
    public void handle(Context context) throws TooManyAttemptsException {
        boolean changes = changes(context.method());
        if (changes && isFromAnotherSite(context)) {
            throw new ForbiddenResponse("a page of another site must not ask for that");
        }
        if (isOpen(context, changes)) {
            return;
        }
        @Nullable String authorization = context.header("Authorization");
        if (authorization != null) {
            Caller caller = signIns.byHeader(context, authorization).orElseThrow(() -> refused(context));
            Caller.remember(context, new Caller.Known(caller, null));
            return;
        }
        Token session = signIns.session(context).orElseThrow(() -> refused(context));
        User user = signIns.user(session).orElseThrow(() -> refused(context));
        Caller.remember(
                context, new Caller.Known(new Caller.User(user.name(), user.role(), Caller.Means.SESSION), session));
        if (changes && !signIns.hasCsrf(context, session)) {
            AuditTrail.operation(context);
            throw new ForbiddenResponse("the header " + SignIns.CSRF_HEADER + " is missing or not this session's");
        }
    }

    /** Whether requests of that method are made to change something. */
    static boolean changes(HandlerType method) {
        return method != HandlerType.GET && method != HandlerType.HEAD;
    }

    private static boolean isOpen(Context context, boolean changes) {
        String path = context.path();
        if (!changes && path.startsWith("/health/")
                || path.equals(SessionEndpoint.PATH) && context.method() == HandlerType.POST) {
            return true;
        }
        return !changes && !path.startsWith("/api/") && !path.equals("/metrics");
    }

    private static boolean isFromAnotherSite(Context context) {
        @Nullable String site = context.header("Sec-Fetch-Site");
        return site != null && !site.equals("same-origin") && !site.equals("none");
    }

    private static UnauthorizedResponse refused(Context context) {
        // A browser would ask for the password itself and keep it; the console has its own form.
        if (context.header("Sec-Fetch-Mode") == null) {
            context.header("WWW-Authenticate", "Basic realm=\"understudy\", charset=\"UTF-8\"");
        }
        return new UnauthorizedResponse(
                "a user and password are needed, such as user " + AdminAccess.CLUSTER_USER + " and the cluster's");
    }
}

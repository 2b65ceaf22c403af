package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.router.Endpoint;
import io.javalin.security.Roles;
import io.javalin.security.RouteRole;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lets those who are known, see {@link SignInCheck}, do what they may. */
final class AccessCheck implements Handler {

    @Override
    public void handle(Context context) {
        Access wanted = wanted(context.method(), context.routeRoles());
        Optional<Caller> caller = Caller.of(context);
        if (wanted != Access.OPERATOR || caller.isEmpty()) {
            // Nobody is known where nothing is demanded: the rest was refused before.
            return;
        }
        AuditTrail.operation(context);
        if (!caller.get().mayOperate()) {
            throw new ForbiddenResponse(caller.get().name() + " is a viewer: only operators may do that");
        }
    }

    /** What an endpoint demands. */
    static Access wanted(Endpoint endpoint) {
        @Nullable Roles roles = endpoint.metadata(Roles.class);
        return wanted(endpoint.method, roles == null ? Set.of() : roles.getRoles());
    }

    private static Access wanted(HandlerType method, Set<RouteRole> roles) {
        for (RouteRole role : roles) {
            if (role instanceof Access access) {
                return access;
            }
        }
        return SignInCheck.changes(method) ? Access.OPERATOR : Access.VIEWER;
    }
}

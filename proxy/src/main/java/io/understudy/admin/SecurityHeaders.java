package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;

/**
 * What browsers must not do with the answers: run script that is not a file of ours, show the console in another page's frame, guess types, keep answers of the API. The
 * page may ask the other nodes whether they are there, to move to one when this one is gone.
 */
final class SecurityHeaders implements Handler {
    private final Peers peers;

    SecurityHeaders(Peers peers) {
        this.peers = peers;
    }

    @Override
    public void handle(Context context) {
        context.header("X-Content-Type-Options", "nosniff");
        context.header("X-Frame-Options", "DENY");
        context.header("Referrer-Policy", "no-referrer");
        context.header("Cross-Origin-Opener-Policy", "same-origin");
        context.header(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' "
                        + String.join(" ", peers.origins())
                        + "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        if (context.path().startsWith("/health/")) {
            // The page of a node that is gone asks; the answer holds nothing secret.
            context.header("Access-Control-Allow-Origin", "*");
        }
        context.header("Cache-Control", "no-store");
    }
}

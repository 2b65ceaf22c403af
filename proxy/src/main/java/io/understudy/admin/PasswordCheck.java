package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.UnauthorizedResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Lets requests pass that know the cluster's password, and those for health. */
final class PasswordCheck implements Handler {
    private static final String USER = "postgres";

    private final byte[] basic;
    private final byte[] bearer;

    PasswordCheck(String password) {
        String pair = USER + ":" + password;
        basic = bytes("Basic " + Base64.getEncoder().encodeToString(bytes(pair)));
        bearer = bytes("Bearer " + password);
    }

    @Override
    public void handle(Context context) {
        if (context.path().startsWith("/health/")) {
            return;
        }
        @Nullable String header = context.header("Authorization");
        if (header == null || !(same(header, basic) || same(header, bearer))) {
            context.header("WWW-Authenticate", "Basic realm=\"understudy\", charset=\"UTF-8\"");
            throw new UnauthorizedResponse("user postgres and the cluster's password are needed");
        }
    }

    private static boolean same(String given, byte[] expected) {
        // Takes as long for a password that is nearly right as for one that is all wrong.
        return MessageDigest.isEqual(bytes(given), expected);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

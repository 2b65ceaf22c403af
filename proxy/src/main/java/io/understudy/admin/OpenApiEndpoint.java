package io.understudy.admin;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/openapi.yaml}: what this API is, for people and generators. */
final class OpenApiEndpoint implements Handler {
    @Override
    public void handle(Context context) throws IOException {
        context.contentType("application/yaml; charset=utf-8").result(document());
    }

    static String document() throws IOException {
        try (@Nullable InputStream in = OpenApiEndpoint.class.getResourceAsStream("openapi.yaml")) {
            if (in == null) {
                throw new IOException("openapi.yaml is not packaged");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

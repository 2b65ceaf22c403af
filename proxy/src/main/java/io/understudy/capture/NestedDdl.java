package io.understudy.capture;

import io.understudy.log.SessionContext;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a DDL command that ran inside a function, a DO block or a trigger.
 *
 * @param statement what a replica is to run in its place, where the catalog says it better than the command itself
 * @param frames PostgreSQL's call stack at its end, innermost frame first; begins with the guard's own
 * @param body of the function in SQL that it was a statement of, if it was one and there is one of that name only
 * @param context the role it ran as and the settings it ran under
 */
public record NestedDdl(Optional<String> statement, String frames, Optional<String> body, SessionContext context) {

    /** @param row of {@code understudy.take_nested_ddl} */
    static NestedDdl read(@Nullable String[] row) {
        return new NestedDdl(
                Optional.ofNullable(row[0]).map(NestedDdl::text),
                text(Objects.requireNonNull(row[1])),
                Optional.ofNullable(row[2]).map(NestedDdl::text),
                context(Objects.requireNonNull(row[3])));
    }

    /** @param noted role,name:value,name:value,… with role and values in hex */
    private static SessionContext context(String noted) {
        String[] fields = noted.split(",");
        Map<String, String> settings = new HashMap<>();
        for (int i = 1; i < fields.length; i++) {
            int colon = fields[i].indexOf(':');
            settings.put(fields[i].substring(0, colon), text(fields[i].substring(colon + 1)));
        }
        return new SessionContext(text(fields[0]), settings);
    }

    private static String text(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
    }
}

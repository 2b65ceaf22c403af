package io.understudy.capture;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that is so of a role: that it exists, its attributes, a membership, a setting; or of anything else that belongs to the whole server, or for which no event trigger fires: rights on
 * databases, tablespaces and parameters, comments on them, event triggers.
 *
 * @param place what is to be said earlier has a lower one
 * @param role its number on this server; 0 for what is not about a role
 * @param present the statement that makes it so
 * @param absent the statement that ends it; empty where there is none
 */
public record RoleLine(int place, long role, String present, String absent) {
    private static final int OURS = 0;
    private static final int EXISTS = 1;
    private static final int EVENT_TRIGGERS = 20;
    private static final String TOUCHED = "SELECT understudy.roles_touched()";
    private static final String LINES = "SELECT place, role, present, absent FROM understudy.role_lines($1)";

    /** Whether the connection's transaction changed any roles. */
    public static boolean touched(Queries connection) throws IOException, ServerError {
        return "t".equals(connection.query(TOUCHED).getFirst()[0]);
    }

    /** All of them, as that connection sees them. */
    static List<RoleLine> read(Queries connection, String secret) throws IOException, ServerError {
        List<RoleLine> lines = new ArrayList<>();
        for (@Nullable String[] row : connection.query(LINES, secret)) {
            lines.add(new RoleLine(
                    Integer.parseInt(Objects.requireNonNull(row[0])),
                    Long.parseLong(Objects.requireNonNull(row[1])),
                    Objects.requireNonNull(row[2]),
                    Objects.requireNonNull(row[3])));
        }
        return lines;
    }

    /** Whether it is about what belongs to Understudy; no statement then, only to be compared. */
    public boolean isOurs() {
        return place == OURS;
    }

    /** Whether it is about an event trigger: its function has to be there first, and may go only after it. */
    public boolean ofEventTrigger() {
        return place >= EVENT_TRIGGERS;
    }

    /** Whether some role has another name in the second list. */
    public static boolean renamed(List<RoleLine> before, List<RoleLine> after) {
        return before.stream()
                .filter(b -> b.place == EXISTS)
                .anyMatch(b -> after.stream()
                        .anyMatch(a -> a.place == EXISTS && a.role == b.role && !a.present.equals(b.present)));
    }
}

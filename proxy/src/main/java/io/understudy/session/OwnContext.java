package io.understudy.session;

import io.understudy.wire.ErrorFields;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of an error's context that are about Understudy's functions on the server, such as its capture triggers and the seal of a transaction: a client is told what a plain server would tell. Lines about the
 * client's own functions stay, also where Understudy's have called them.
 */
final class OwnContext {
    private static final char CONTEXT = 'W';
    private static final String OWN_FUNCTION = "PL/pgSQL function understudy.";
    private static final List<String> STATEMENTS =
            List.of("SQL statement \"", "SQL expression \"", "PL/pgSQL assignment \"");

    private OwnContext() {}

    static ErrorFields hidden(ErrorFields error) {
        if (!isIn(error)) {
            return error;
        }
        String context = without(error.fields().getOrDefault(CONTEXT, ""));
        return context.isEmpty() ? error.without(CONTEXT) : error.with(CONTEXT, context);
    }

    static boolean isIn(ErrorFields error) {
        return error.fields().getOrDefault(CONTEXT, "").contains(OWN_FUNCTION);
    }

    /** Innermost first, as the server has it: before the line of a function is the statement in it that failed, which may have several lines. */
    private static String without(String context) {
        List<String> kept = new ArrayList<>();
        for (String line : context.split("\n", -1)) {
            if (line.startsWith(OWN_FUNCTION)) {
                removeStatement(kept);
            } else {
                kept.add(line);
            }
        }
        return String.join("\n", kept);
    }

    private static void removeStatement(List<String> lines) {
        if (lines.isEmpty() || !lines.getLast().endsWith("\"")) {
            return;
        }
        int first = lines.size() - 1;
        while (first >= 0 && STATEMENTS.stream().noneMatch(lines.get(first)::startsWith)) {
            if (lines.get(first).startsWith("PL/pgSQL function ")) {
                return;
            }
            first--;
        }
        if (first >= 0) {
            lines.subList(first, lines.size()).clear();
        }
    }
}

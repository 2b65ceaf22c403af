package io.understudy.route;

import io.understudy.classification.SqlStatement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a statement's own comment says of where it reads: {@code /*+ understudy: master *}{@code /} and the like. A hint never makes a read of what is none, and sends nothing anywhere that its session could not have.
 */
public sealed interface Hint {
    Hint NONE = new None();

    /** There is none. */
    record None() implements Hint {}

    /** On the master, although replicas could. */
    record Master() implements Hint {}

    /** On that node and no other. */
    record OnNode(String node) implements Hint {}

    /** As old as that allows, whatever the session has chosen. */
    record AsOf(Consistency consistency) implements Hint {}

    /** It cannot be understood. @param why for people */
    record Bad(String why) implements Hint {}

    /** What the session's choice becomes for this statement. */
    default Consistency over(Consistency chosen) {
        return this instanceof AsOf a ? a.consistency() : chosen;
    }

    /** Of statements that run together: the first one that there is. */
    static Hint of(List<SqlStatement> statements) {
        for (SqlStatement s : statements) {
            Optional<String> text = s.hint();
            if (text.isPresent()) {
                return parse(text.get());
            }
        }
        return NONE;
    }

    private static Hint parse(String text) {
        String t = text.strip();
        String lower = t.toLowerCase(Locale.ROOT);
        if (lower.equals("master")) {
            return new Master();
        }
        if (lower.startsWith("node")) {
            String name = t.substring("node".length()).strip();
            if (name.startsWith("=") && !name.substring(1).isBlank()) {
                return new OnNode(name.substring(1).strip());
            }
        }
        try {
            return new AsOf(Consistency.parse(t));
        } catch (IllegalArgumentException e) {
            return new Bad(
                    "the hint \"" + t + "\" is none of: master, node=<name>, session, strong, bounded=500ms, eventual");
        }
    }
}

package io.understudy.classification;

import io.understudy.classification.Classification.Cause;
import io.understudy.classification.Classification.Refused;
import io.understudy.classification.Classification.Write;
import io.understudy.classification.StatementForm.Ineligible;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** DO and CALL: they may write anything, but what they leave in the session is found in their source. */
final class Code {
    private Code() {}

    static Classification block(TokenCursor c, Nested nested) {
        Optional<String> source = Optional.empty();
        while (!c.atEnd()) {
            if (c.accept("language")) {
                if (!c.name().equals("plpgsql")) {
                    return write(Cause.DO, "code", Set.of(), EnumSet.of(PinReason.OPAQUE_CODE));
                }
            } else {
                source = c.t.isKind(c.i, TokenKind.STRING) ? text(c.t.raw(c.i)) : Optional.empty();
                c.i++;
            }
        }
        return write(
                Cause.DO,
                "code",
                Set.of(),
                source.map(nested::leftBy).orElseGet(() -> EnumSet.of(PinReason.OPAQUE_CODE)));
    }

    /** What a dollar-quoted or plain string holds; empty for the other kinds, which nobody writes code in. */
    private static Optional<String> text(String literal) {
        if (literal.startsWith("$")) {
            int tag = literal.indexOf('$', 1) + 1;
            return Optional.of(literal.substring(tag, literal.length() - tag));
        }
        String inside = literal.startsWith("'") ? literal.substring(1, literal.length() - 1) : "\\";
        // Without a line break it is one literal, and without a backslash it does not matter by which rules it is read.
        return inside.contains("\\") || inside.contains("\n")
                ? Optional.empty()
                : Optional.of(inside.replace("''", "'"));
    }

    static Classification call(TokenCursor c, Nested nested) {
        Facts facts = new Facts();
        facts.functions.add(c.qualifiedName());
        facts.scan(c.t, c.i, c.to);
        Classification judged = nested.judge(facts);
        return switch (judged) {
            case Refused r -> r;
            case Write w -> write(Cause.CALL, "procedure", w.functions(), w.pins());
            default -> write(Cause.CALL, "procedure", Set.of(), EnumSet.of(PinReason.OPAQUE_CODE));
        };
    }

    private static Write write(Cause cause, String why, Set<String> functions, Set<PinReason> left) {
        Set<PinReason> pins = EnumSet.of(PinReason.SEQUENCE_VALUE);
        pins.addAll(left);
        Ineligible form = new Ineligible("what it does is not known: " + why);
        return new Write(cause, why, List.of(), List.of(), functions, true, pins, form);
    }
}

package io.understudy.classification;

import io.understudy.catalog.DatabaseCatalog;
import io.understudy.catalog.DatabaseCatalog.Cast;
import io.understudy.catalog.Relation;
import java.util.List;
import java.util.Set;

/** Whether a statement may run a user's volatile cast. A cast leaves no trace of itself in a text, so what is asked is whether it can be excluded. Casts inside of views are the views' matter. */
final class VolatileCasts {
    private VolatileCasts() {}

    /** @param relations that the statement names and the catalog has */
    static boolean mayRun(Cast cast, Facts facts, List<Relation> relations, DatabaseCatalog catalog) {
        if (asked(cast, facts)) {
            return true;
        }
        return switch (cast.context()) {
            case 'i' -> facts.failure.isPresent() || meets(cast, facts, relations, catalog);
            case 'a' -> !facts.verb.equals("select") || facts.modifyingWith || facts.failure.isPresent();
            default -> facts.failure.isPresent();
        };
    }

    /** {@code x::name}, {@code CAST(x AS name)} or {@code name(x)}; built-in types go by several names. */
    private static boolean asked(Cast cast, Facts facts) {
        return facts.mentioned.contains(cast.targetName())
                || facts.castTargets.contains(cast.targetName())
                || Cast.isBuiltIn(cast.target()) && facts.casts;
    }

    /**
     * Whether a value of the user's type that it is from or to may be there at all: in a column, from a function, or cast to that type before. A value of a built-in type becomes one of a user's by itself
     * also where an operator or a function takes that.
     */
    private static boolean meets(Cast cast, Facts facts, List<Relation> relations, DatabaseCatalog catalog) {
        if (facts.casts || Cast.isBuiltIn(cast.source()) && (Cast.isBuiltIn(cast.target()) || isOperand(cast, facts))) {
            return true;
        }
        for (Set<String> names : List.of(facts.mentioned, facts.castTargets)) {
            for (String name : names) {
                if (catalog.functions(name).stream().anyMatch(f -> !f.builtIn())) {
                    return true;
                }
            }
        }
        return relations.stream().flatMap(r -> r.columns().stream()).anyMatch(c -> !Cast.isBuiltIn(c.type()));
    }

    private static boolean isOperand(Cast cast, Facts facts) {
        return cast.operators().stream()
                .anyMatch(op -> facts.operators.contains(op) || Effects.BY_KEYWORD.contains(op));
    }
}

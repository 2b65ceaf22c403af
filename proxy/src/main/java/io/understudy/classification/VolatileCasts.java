package io.understudy.classification;

import io.understudy.catalog.DatabaseCatalog.Cast;
import io.understudy.catalog.DatabaseCatalog.Company;
import io.understudy.catalog.Relation;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Whether a statement may run a user's volatile cast. A cast leaves no trace of itself in a text, so what is asked is whether it can be excluded. Casts inside of views are the views' matter. */
final class VolatileCasts {
    private VolatileCasts() {}

    /** @param relations that the statement names and the catalog has */
    static boolean mayRun(Cast cast, Facts facts, List<Relation> relations) {
        if (asked(cast, facts)) {
            return true;
        }
        return switch (cast.context()) {
            case 'i' -> facts.failure.isPresent() || meets(cast, facts, relations);
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
     * Whether a value of the user's type that it is from, or to which a built-in one would become, may be there at all: in a column, from or for a function or an operator, or cast to before. Between built-in types a
     * cast may run anywhere.
     */
    private static boolean meets(Cast cast, Facts facts, List<Relation> relations) {
        if (Cast.isBuiltIn(cast.source()) && Cast.isBuiltIn(cast.target())) {
            return true;
        }
        Company company = cast.company();
        return intersects(company.typeNames(), facts.words)
                || intersects(company.functions(), facts.words)
                || intersects(company.operators(), facts.operators)
                || intersects(company.operators(), Effects.BY_KEYWORD)
                || relations.stream()
                        .flatMap(r -> r.columns().stream())
                        .anyMatch(c -> company.types().contains(c.type()));
    }

    private static boolean intersects(Set<String> some, Set<String> others) {
        return !Collections.disjoint(some, others);
    }
}

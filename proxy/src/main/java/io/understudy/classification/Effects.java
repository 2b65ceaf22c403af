package io.understudy.classification;

import io.understudy.catalog.DatabaseCatalog;
import io.understudy.catalog.DatabaseCatalog.Cast;
import io.understudy.catalog.Relation;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the functions, operators and casts of a statement do, by the catalog. */
final class Effects {
    /** Keywords stand for these operators everywhere (IN, BETWEEN, LIKE, DISTINCT, ORDER BY, JOIN USING, …). */
    static final Set<String> BY_KEYWORD = Set.of("=", "<>", "<", ">", "<=", ">=", "~~", "!~~", "~~*", "!~~*", "~");

    final Set<String> functions = new TreeSet<>();
    final Set<PinReason> pins = EnumSet.noneOf(PinReason.class);
    /** Why it may write; empty if nothing in it does. */
    Optional<String> writes = Optional.empty();

    boolean movesSequences;
    boolean server;
    boolean largeObject;

    /** @param relations that it reads and writes, as far as the catalog has them */
    static Effects of(Facts facts, List<Relation> relations, DatabaseCatalog catalog) {
        Effects effects = new Effects();
        for (Facts.Name f : facts.functions) {
            effects.called(f.name(), f.schema(), catalog);
        }
        for (String name : facts.mentioned) {
            if (isVolatile(name, catalog) || FunctionRules.LARGE_OBJECT_WRITES.contains(name)) {
                effects.called(name, "", catalog);
            }
        }
        for (Cast cast : catalog.volatileCasts()) {
            if (VolatileCasts.mayRun(cast, facts, relations)) {
                effects.opaque("the cast to " + cast.targetName() + " is volatile");
            }
        }
        for (String op : facts.operators) {
            if (catalog.volatileOperators().contains(op)) {
                effects.opaque("operator " + op);
            }
        }
        for (String op : catalog.volatileOperators()) {
            if (BY_KEYWORD.contains(op)) {
                effects.opaque("operator " + op);
            }
        }
        return effects;
    }

    private static boolean isVolatile(String name, DatabaseCatalog catalog) {
        return catalog.functions(name).stream().anyMatch(f -> f.volatility() == 'v');
    }

    private void called(String name, String schema, DatabaseCatalog catalog) {
        if (functions.contains(name)) {
            return;
        }
        functions.add(name);
        server |= FunctionRules.isServer(name);
        largeObject |= FunctionRules.LARGE_OBJECT_WRITES.contains(name);
        List<DatabaseCatalog.Function> overloads = catalog.functions(name);
        if (overloads.isEmpty()) {
            if (!schema.isEmpty() || !Words.GRAMMAR_FUNCTIONS.contains(name)) {
                opaque("unknown function " + name);
            }
            return;
        }
        boolean builtIn = overloads.stream().allMatch(DatabaseCatalog.Function::builtIn);
        if (!isVolatile(name, catalog) || builtIn && FunctionRules.isHarmless(name)) {
            return;
        }
        writes = writes.or(() -> Optional.of("function " + name));
        if (builtIn && !FunctionRules.runsText(name)) {
            movesSequences |= FunctionRules.SEQUENCES.contains(name);
        } else {
            movesSequences = true;
            pins.addAll(builtIn ? EnumSet.of(PinReason.OPAQUE_CODE) : Residue.of(overloads, catalog));
        }
        pins.addAll(FunctionRules.pins(name));
    }

    private void opaque(String why) {
        writes = writes.or(() -> Optional.of(why));
        movesSequences = true;
        pins.add(PinReason.OPAQUE_CODE);
    }
}

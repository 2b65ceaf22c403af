package io.understudy.classification;

import io.understudy.catalog.DatabaseCatalog;
import io.understudy.classification.Insight.CalledFunction;
import io.understudy.classification.Insight.NamedTables;
import io.understudy.classification.Insight.Parser;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Looks at a statement again, for people; slow, and nothing is remembered. */
final class Insights {
    private Insights() {}

    /** @param found what the text of a query or DML statement says */
    static Insight ofQuery(
            Classification c,
            boolean cached,
            Facts found,
            String shape,
            DatabaseCatalog catalog,
            List<String> searchPath) {
        TreeSet<String> names = new TreeSet<>();
        found.functions.forEach(f -> names.add(f.name()));
        List<CalledFunction> functions = names.stream()
                .filter(n -> !catalog.functions(n).isEmpty() || !Words.GRAMMAR_FUNCTIONS.contains(n))
                .map(n -> function(n, catalog.functions(n)))
                .toList();
        return new Insight(
                c,
                cached,
                found.failure.isPresent() ? Parser.NOBODY : Parser.CALCITE,
                found.failure.orElse(""),
                new NamedTables(
                        found.verb,
                        found.modifyingWith,
                        references(found.read, catalog, searchPath),
                        references(found.written, catalog, searchPath)),
                functions,
                found.locks,
                found.casts,
                found.timestamps.size(),
                shape);
    }

    static Insight ofUtility(Classification c, boolean cached, String shape) {
        boolean unknown = c instanceof Classification.Write w && w.cause() == Classification.Cause.UNPARSED;
        return new Insight(
                c,
                cached,
                unknown ? Parser.NOBODY : Parser.KEYWORDS,
                unknown ? "unknown statement" : "",
                NamedTables.NONE,
                List.of(),
                false,
                false,
                0,
                shape);
    }

    private static List<TableReference> references(
            Set<Facts.Name> names, DatabaseCatalog catalog, List<String> searchPath) {
        return names.stream()
                .map(n -> catalog.relation(n.schema(), n.name(), searchPath)
                        .map(r -> new TableReference(r.schema(), r.name(), r.oid()))
                        .orElseGet(() -> new TableReference(n.schema(), n.name(), 0)))
                .toList();
    }

    private static CalledFunction function(String name, List<DatabaseCatalog.Function> overloads) {
        String volatility = "immutable";
        for (DatabaseCatalog.Function f : overloads) {
            if (f.volatility() == 'v') {
                volatility = "volatile";
            } else if (f.volatility() == 's' && !volatility.equals("volatile")) {
                volatility = "stable";
            }
        }
        return new CalledFunction(
                name,
                overloads.isEmpty() ? "unknown" : volatility,
                !overloads.isEmpty() && overloads.stream().allMatch(DatabaseCatalog.Function::builtIn));
    }
}

package io.understudy.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A snapshot of the replicated database's catalog. Immutable; a new one is read after every DDL.
 *
 * @param version grows with every snapshot of this process
 * @param relations by schema, then name; all schemas, system ones included, temporary ones not
 * @param functions by name (all schemas, all overloads together)
 * @param volatileOperators names of operators some overload of which is implemented by a volatile function
 * @param volatileCasts whether a cast implemented by a user function that is volatile exists
 * @param deferrableConstraints whether any deferrable constraint or constraint trigger exists
 */
public record DatabaseCatalog(
        long version,
        Map<String, Map<String, Relation>> relations,
        Map<String, List<Function>> functions,
        Set<String> volatileOperators,
        boolean volatileCasts,
        boolean deferrableConstraints) {

    public static final DatabaseCatalog EMPTY = new DatabaseCatalog(0, Map.of(), Map.of(), Set.of(), false, false);

    /**
     * Finds a relation as PostgreSQL would.
     *
     * @param schema empty if the name is not qualified
     * @param searchPath schema names as they stand in effect; pg_catalog is looked at first if it is not among them
     */
    public Optional<Relation> relation(String schema, String name, List<String> searchPath) {
        if (!schema.isEmpty()) {
            return Optional.ofNullable(relations.getOrDefault(schema, Map.of()).get(name));
        }
        if (!searchPath.contains("pg_catalog")) {
            Relation system = relations.getOrDefault("pg_catalog", Map.of()).get(name);
            if (system != null) {
                return Optional.of(system);
            }
        }
        for (String s : searchPath) {
            Relation r = relations.getOrDefault(s, Map.of()).get(name);
            if (r != null) {
                return Optional.of(r);
            }
        }
        return Optional.empty();
    }

    /** Every function of that name, whatever its schema and arguments. */
    public List<Function> functions(String name) {
        return functions.getOrDefault(name, List.of());
    }

    /**
     * @param volatility 'i', 's' or 'v' as pg_proc.provolatile
     * @param builtIn in pg_catalog and made by initdb
     */
    public record Function(int oid, String schema, String name, char volatility, boolean builtIn) {}
}

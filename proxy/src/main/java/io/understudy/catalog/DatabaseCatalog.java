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
 * @param volatileCasts casts implemented by a user's function that is volatile
 * @param userOperators names of users' operators that may be meant where two values of built-in types meet
 * @param userCasts whether a user made a cast between built-in types that nobody has to ask for
 * @param deferrableConstraints whether any deferrable constraint or constraint trigger exists
 * @param roleSettings a digest of what sessions of roles and databases begin with
 */
public record DatabaseCatalog(
        long version,
        Map<String, Map<String, Relation>> relations,
        Map<String, List<Function>> functions,
        Set<String> volatileOperators,
        List<Cast> volatileCasts,
        Set<String> userOperators,
        boolean userCasts,
        boolean deferrableConstraints,
        String roleSettings) {

    public static final DatabaseCatalog EMPTY =
            new DatabaseCatalog(0, Map.of(), Map.of(), Set.of(), List.of(), Set.of(), false, false, "");

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
     * What has to do with a user's type, and with those that are made of it.
     *
     * @param types their pg_type.oid
     * @param typeNames their pg_type.typname
     * @param functions names of users' functions that take or return one of them
     * @param operators names of users' operators that do
     */
    public record Company(Set<Integer> types, Set<String> typeNames, Set<String> functions, Set<String> operators) {
        public Company {
            types = Set.copyOf(types);
            typeNames = Set.copyOf(typeNames);
            functions = Set.copyOf(functions);
            operators = Set.copyOf(operators);
        }
    }

    /**
     * A cast.
     *
     * @param source pg_type.oid
     * @param target pg_type.oid
     * @param targetName pg_type.typname
     * @param context 'e' only where the statement says so, 'a' in assignments to columns too, 'i' anywhere
     * @param company what a value has to meet for the cast to run without being asked for, if one of both types is a user's
     */
    public record Cast(int source, int target, String targetName, char context, Company company) {
        /** Oids from here on are not initdb's. */
        private static final int FIRST_NORMAL_OID = 16_384;

        /** Whether a type of that oid came with the server. */
        public static boolean isBuiltIn(int type) {
            return Integer.compareUnsigned(type, FIRST_NORMAL_OID) < 0;
        }
    }

    /**
     * @param volatility 'i', 's' or 'v' as pg_proc.provolatile
     * @param builtIn in pg_catalog and made by initdb
     * @param source what a user's function in SQL or PL/pgSQL consists of; empty for all others
     * @param extension that it belongs to; empty for most
     */
    public record Function(
            int oid,
            String schema,
            String name,
            char volatility,
            boolean builtIn,
            Optional<String> source,
            String extension) {}
}

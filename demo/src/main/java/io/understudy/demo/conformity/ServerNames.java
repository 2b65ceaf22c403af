package io.understudy.demo.conformity;

import io.understudy.catalog.DatabaseCatalog;
import io.understudy.catalog.DatabaseCatalog.Function;
import io.understudy.catalog.Relation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A catalog snapshot by object id. */
final class ServerNames {
    private final DatabaseCatalog catalog;
    private final Map<Integer, Function> functions = new HashMap<>();
    private final Map<Integer, Relation> relations = new HashMap<>();
    private final Set<String> types;

    /** @param types names of types: a call by such a name may be a cast */
    ServerNames(DatabaseCatalog catalog, Set<String> types) {
        this.catalog = catalog;
        this.types = Set.copyOf(types);
        catalog.functions().values().forEach(list -> list.forEach(f -> functions.put(f.oid(), f)));
        catalog.relations().values().forEach(schema -> schema.values().forEach(r -> relations.put(r.oid(), r)));
    }

    DatabaseCatalog catalog() {
        return catalog;
    }

    Set<Integer> ids() {
        Set<Integer> ids = new HashSet<>(functions.keySet());
        ids.addAll(relations.keySet());
        return ids;
    }

    Map<Integer, Function> functions() {
        return functions;
    }

    Map<Integer, Relation> relations() {
        return relations;
    }

    boolean isType(String name) {
        return types.contains(name);
    }
}

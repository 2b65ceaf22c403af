package io.understudy.catalog;

import java.util.List;
import java.util.Set;

/**
 * A table, view or the like.
 *
 * @param kind pg_class.relkind
 * @param persistence pg_class.relpersistence
 * @param columns in attribute order, dropped ones left out
 * @param key primary key columns in key order, empty without one
 * @param odd why more may happen on a write than the row itself, as it goes on after "the table": "has a trigger", "has row security" and so on; empty
 *     if nothing does: no user triggers, rules, row security, inheritance, partitions, generated columns, domain columns, collations that call different
 *     texts equal, check constraints or indexes with functions that are not built in, and no foreign key with an action refers to it
 * @param sequences whether a column's default (or a trigger, which may do anything) can move a sequence
 * @param readsVolatile for views: whether something in it, at any depth, calls a volatile function or locks rows
 * @param reads for views: oids of the relations it reads, at any depth
 */
public record Relation(
        int oid,
        String schema,
        String name,
        char kind,
        char persistence,
        List<Column> columns,
        List<String> key,
        String odd,
        boolean sequences,
        boolean readsVolatile,
        Set<Integer> reads) {
    public Relation {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        reads = Set.copyOf(reads);
    }

    /** Whether nothing happens on a write but the row itself. */
    public boolean plain() {
        return odd.isEmpty();
    }

    /**
     * @param type pg_type.oid
     * @param constantDefault no default, or one that is a plain constant
     * @param identity pg_attribute.attidentity, 0 if none
     * @param generated pg_attribute.attgenerated, 0 if none
     */
    public record Column(
            String name,
            int type,
            String typeName,
            boolean notNull,
            boolean hasDefault,
            boolean constantDefault,
            char identity,
            char generated) {}
}

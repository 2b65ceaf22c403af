package io.understudy.capture;

import io.understudy.catalog.DatabaseCatalog;
import io.understudy.catalog.Relation;
import io.understudy.log.TableShape;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Shapes of one catalog snapshot, for transactions without DDL. A changed table is locked against ALTER until its transaction ends, so any snapshot serves that was read
 * after the last DDL committed here before the transaction was sealed.
 */
public final class TableShapes implements Shapes {
    private final Map<Integer, TableShape> byOid = new HashMap<>();

    public TableShapes(DatabaseCatalog catalog) {
        for (Map<String, Relation> schema : catalog.relations().values()) {
            for (Relation relation : schema.values()) {
                if (relation.kind() == 'r' && relation.persistence() != 't') {
                    byOid.put(relation.oid(), shape(relation));
                }
            }
        }
    }

    private static TableShape shape(Relation relation) {
        return new TableShape(
                relation.schema(),
                relation.name(),
                relation.columns().stream()
                        .map(c -> new TableShape.Column(c.name(), c.generated() != 0, c.identity() == 'a'))
                        .toList(),
                relation.key());
    }

    @Override
    public Optional<TableShape> shape(int rel, long at) {
        return Optional.ofNullable(byOid.get(rel));
    }
}

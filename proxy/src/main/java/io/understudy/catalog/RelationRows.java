package io.understudy.catalog;

import io.understudy.catalog.Relation.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads relations with their columns; of views only what they read directly. */
final class RelationRows {
    private final Map<Integer, List<Column>> columns = new HashMap<>();
    private final Map<Integer, TreeMap<Integer, String>> keys = new HashMap<>();

    private RelationRows() {}

    /** @param which condition on pg_class as {@code c} */
    static List<Relation> read(Statement s, String which) throws SQLException {
        RelationRows rows = new RelationRows();
        try (ResultSet r = s.executeQuery(CatalogSql.columns(which))) {
            while (r.next()) {
                rows.column(r);
            }
        }
        List<Relation> relations = new ArrayList<>();
        try (ResultSet r = s.executeQuery(CatalogSql.relations(which))) {
            while (r.next()) {
                relations.add(rows.relation(r));
            }
        }
        return relations;
    }

    private void column(ResultSet r) throws SQLException {
        int relation = (int) r.getLong(1);
        String name = r.getString(2);
        columns.computeIfAbsent(relation, o -> new ArrayList<>())
                .add(new Column(
                        name,
                        (int) r.getLong(3),
                        r.getString(4),
                        r.getBoolean(5),
                        r.getBoolean(6),
                        r.getBoolean(7),
                        code(r.getString(8)),
                        code(r.getString(9))));
        int place = r.getInt(10);
        if (!r.wasNull()) {
            keys.computeIfAbsent(relation, o -> new TreeMap<>()).put(place, name);
        }
    }

    private Relation relation(ResultSet r) throws SQLException {
        int oid = (int) r.getLong(1);
        Set<Integer> reads = new HashSet<>();
        for (String other : r.getString(9).split(",")) {
            if (!other.isEmpty() && !other.equals("0")) {
                reads.add(Integer.parseUnsignedInt(other));
            }
        }
        reads.remove(oid);
        return new Relation(
                oid,
                r.getString(2),
                r.getString(3),
                r.getString(4).charAt(0),
                r.getString(5).charAt(0),
                columns.getOrDefault(oid, List.of()),
                List.copyOf(keys.getOrDefault(oid, new TreeMap<>()).values()),
                r.getString(6),
                r.getBoolean(7),
                r.getBoolean(8),
                reads);
    }

    /** A "char" of the catalog, where nothing is an empty string (or a zero byte). */
    private static char code(String value) {
        return value.isEmpty() ? 0 : value.charAt(0);
    }
}

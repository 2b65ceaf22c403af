package io.understudy.log;

import java.util.List;

/**
 * A table as it was when the images were taken.
 *
 * @param columns in the order of the images (dropped columns left out)
 * @param key names of the primary key's columns, in key order; empty for a table without one
 */
public record TableShape(String schema, String name, List<Column> columns, List<String> key) {
    public TableShape {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /**
     * @param generated GENERATED ALWAYS AS (…): never written
     * @param identityAlways GENERATED ALWAYS AS IDENTITY: left out of updates
     */
    public record Column(String name, boolean generated, boolean identityAlways) {}
}

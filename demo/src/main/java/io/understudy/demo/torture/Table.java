package io.understudy.demo.torture;

import java.util.List;

/**
 * A table that clients write. Every one has the columns {@code n int} and {@code v text}.
 *
 * @param name in SQL, without schema
 * @param columns those that clients know of
 * @param keyed whether {@code id} is its primary key
 */
record Table(String name, List<Column> columns, boolean keyed) {

    Table {
        columns = List.copyOf(columns);
    }

    List<Column> assigned() {
        return columns.stream().filter(Column::assigned).toList();
    }
}

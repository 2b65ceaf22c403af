package io.understudy.bench.figure;

import java.util.List;

/**
 * A table as readers see it.
 *
 * @param title a line above it, may be empty
 * @param rows of as many cells as there are columns
 */
public record Table(String title, List<String> columns, List<List<String>> rows) {
    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException("row " + row + " does not fit columns " + columns);
            }
        }
    }
}

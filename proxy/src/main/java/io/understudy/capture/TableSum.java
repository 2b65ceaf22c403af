package io.understudy.capture;

import io.understudy.log.Form.TableChanges;
import io.understudy.log.RowChange;
import io.understudy.log.RowText;
import io.understudy.log.TableShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the images of one table come to: the multiset of new rows minus the multiset of old ones. Images arrive in any order (triggers, cascades), so
 * only their sum means something.
 */
final class TableSum {
    private final TableShape shape;
    private final int[] keyPlaces;
    private final Map<String, Integer> counts = new LinkedHashMap<>();
    private boolean truncated;

    TableSum(TableShape shape) throws StaleShapeException {
        this.shape = shape;
        List<String> names =
                shape.columns().stream().map(TableShape.Column::name).toList();
        keyPlaces = shape.key().stream().mapToInt(names::indexOf).toArray();
        for (int place : keyPlaces) {
            if (place < 0) {
                throw new StaleShapeException("key column missing in " + shape.schema() + "." + shape.name());
            }
        }
    }

    void add(CapturedRow image) {
        switch (image) {
            case CapturedRow.Inserted i -> count(i.row(), 1);
            case CapturedRow.Deleted d -> count(d.row(), -1);
            case CapturedRow.Updated u -> {
                count(u.before(), -1);
                count(u.after(), 1);
            }
            case CapturedRow.Truncated t -> {
                counts.clear();
                truncated = true;
            }
        }
    }

    private void count(String row, int by) {
        counts.merge(row, by, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b));
    }

    /** Deletes, then updates (of the same primary key), then inserts; empty if nothing is left. */
    Optional<TableChanges> net() throws StaleShapeException {
        if (counts.isEmpty() && !truncated) {
            return Optional.empty();
        }
        Map<List<@Nullable String>, String> goneByKey = new HashMap<>();
        List<String> gone = new ArrayList<>();
        List<String> come = new ArrayList<>();
        for (Map.Entry<String, Integer> e : counts.entrySet()) {
            String row = e.getKey();
            List<@Nullable String> key = key(row);
            for (int i = e.getValue(); i < 0; i++) {
                gone.add(row);
                goneByKey.put(key, row);
            }
            for (int i = 0; i < e.getValue(); i++) {
                come.add(row);
            }
        }
        return Optional.of(new TableChanges(shape, truncated, ordered(goneByKey, gone, come)));
    }

    private List<RowChange> ordered(Map<List<@Nullable String>, String> goneByKey, List<String> gone, List<String> come)
            throws StaleShapeException {
        Map<String, String> updates = new LinkedHashMap<>();
        List<RowChange> inserts = new ArrayList<>();
        for (String row : come) {
            String before = keyPlaces.length == 0 ? null : goneByKey.remove(key(row));
            if (before == null) {
                inserts.add(new RowChange.Insert(row));
            } else {
                updates.put(before, row);
            }
        }
        List<RowChange> changes = new ArrayList<>();
        for (String row : gone) {
            if (!updates.containsKey(row)) {
                changes.add(new RowChange.Delete(row));
            }
        }
        updates.forEach((before, after) -> changes.add(new RowChange.Update(before, after)));
        changes.addAll(inserts);
        return changes;
    }

    /** The row's primary key, empty without one; the row must fit the shape in any case. */
    private List<@Nullable String> key(String row) throws StaleShapeException {
        List<@Nullable String> fields;
        try {
            fields = RowText.fields(row, shape.columns().size());
        } catch (IllegalArgumentException e) {
            throw new StaleShapeException(shape.schema() + "." + shape.name() + ": " + e.getMessage());
        }
        List<@Nullable String> key = new ArrayList<>(keyPlaces.length);
        for (int place : keyPlaces) {
            key.add(fields.get(place));
        }
        return key;
    }
}

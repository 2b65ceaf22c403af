package io.understudy.execution;

import io.understudy.classification.StatementForm.Change;
import io.understudy.log.Form;
import java.util.List;

/**
 * A statement that the whitelist of the statement form allows, and what must have been captured for it to be logged so: exactly one row, of that table, changed in that way.
 *
 * @param table pg_class.oid
 * @param times where it mentions the transaction's timestamp
 * @param length how many chars of it stand before its RETURNING
 * @param shape what statements that differ in their literals have in common
 */
public record Repeatable(int table, Change change, List<Form.Time> times, int length, String shape) {
    public Repeatable {
        times = List.copyOf(times);
    }
}

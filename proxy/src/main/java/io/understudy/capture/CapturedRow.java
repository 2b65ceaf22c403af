package io.understudy.capture;

/** One row of {@code understudy.change}: what happened to a row, or to a whole table, at one moment of a transaction. */
public sealed interface CapturedRow {

    /** Command id (cmin) of its moment: grows within the transaction, comparable with {@link SeenDdl#at()}. */
    long at();

    /** pg_class.oid of the table, always a permanent leaf. */
    int rel();

    /** @param row text of the new row */
    record Inserted(long at, int rel, String row) implements CapturedRow {}

    /**
     * @param before text of the old row
     * @param after text of the new row
     */
    record Updated(long at, int rel, String before, String after) implements CapturedRow {}

    /** @param row text of the old row */
    record Deleted(long at, int rel, String row) implements CapturedRow {}

    /** Everything that was in the table before is gone, without an image of each row. */
    record Truncated(long at, int rel) implements CapturedRow {}
}

package io.understudy.log;

import java.util.List;
import java.util.Optional;

/** What a replica does with a transaction's entry. An entry is wholly one form. */
public sealed interface Form {

    /**
     * Replay the statements; each must affect exactly one row. Only for what a whitelist proves deterministic.
     *
     * @param reruns how to replay each statement of the entry, in their order; none: as they stand
     * @param localMicros the transaction's timestamp as its session's clock showed it (LOCALTIMESTAMP): microseconds since 1970 on that clock
     */
    record Statements(List<Rerun> reruns, long localMicros) implements Form {
        public Statements {
            reruns = List.copyOf(reruns);
        }

        /** Statements that are replayed exactly as they stand. */
        public Statements() {
            this(List.of(), 0);
        }

        /** Whether it says what came of every statement on the master, so that a replica can compare. */
        public boolean checked() {
            return !reruns.isEmpty()
                    && reruns.stream().allMatch(r -> r.captured().isPresent());
        }
    }

    /**
     * How a statement is replayed.
     *
     * @param times where it mentions the transaction's timestamp, in order
     * @param length how many chars of it are run: what stands behind is its RETURNING
     * @param captured the one change it made on the master, to compare with; most entries go without
     */
    record Rerun(List<Time> times, int length, Optional<TableChanges> captured) {
        public Rerun {
            times = List.copyOf(times);
        }
    }

    /**
     * A mention of now() or its kin in a statement.
     *
     * @param start in chars of the statement; the mention ends before {@code end}
     * @param zoned true: the moment itself, a timestamptz; false: what the session's clock showed, a timestamp
     */
    record Time(int start, int end, boolean zoned) {}

    /** Apply the parts in order: net row changes, cut at each DDL statement in between. */
    record Rows(List<Part> parts) implements Form {
        public Rows {
            parts = List.copyOf(parts);
        }
    }

    /**
     * The row form of a large transaction: its parts are in {@link Entry.Chunk}s, which are in the log before the entry itself.
     *
     * @param indexes where they are, in the order in which they are to be applied
     */
    record Chunks(List<Long> indexes) implements Form {
        public Chunks {
            indexes = List.copyOf(indexes);
        }
    }

    /** A piece of the row form. */
    sealed interface Part {}

    /** DDL, replayed as the role it was run as. */
    record Ddl(LoggedStatement statement, SessionContext context) implements Part {}

    /**
     * Net changes of one table (or permanent leaf partition).
     *
     * @param truncate the table is emptied before the changes
     */
    record TableChanges(TableShape table, boolean truncate, List<RowChange> changes) implements Part {
        public TableChanges {
            changes = List.copyOf(changes);
        }
    }

    /**
     * A change of one row whose images are too long to be in memory whole. They follow, in {@link Piece}s of the following chunks, the one before the change first.
     *
     * @param beforeBytes of the image in UTF-8; -1 if there is none
     * @param afterBytes the same; one of the two exists
     */
    record LongRow(TableShape table, long beforeBytes, long afterBytes) implements Part {
        public LongRow {
            if (beforeBytes < 0 && afterBytes < 0) {
                throw new IllegalArgumentException("a change without images");
            }
        }

        /** Of all pieces together. */
        public long bytes() {
            return Math.max(0, beforeBytes) + Math.max(0, afterBytes);
        }
    }

    /** Part of one image, whole characters. */
    record Piece(String text) implements Part {}
}

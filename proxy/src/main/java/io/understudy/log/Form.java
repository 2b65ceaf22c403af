package io.understudy.log;

import java.util.List;

/** What a replica does with a transaction's entry. An entry is wholly one form. */
public sealed interface Form {

    /** Replay the statements; each must affect exactly one row. Only for what a whitelist proves deterministic. */
    record Statements() implements Form {}

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
}

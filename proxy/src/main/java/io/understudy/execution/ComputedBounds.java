package io.understudy.execution;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.capture.DdlNotes;
import io.understudy.classification.PartitionBound;
import io.understudy.log.SessionContext;
import java.io.IOException;
import java.util.Optional;

/** DDL with what came of it in the place of a partition's bound that was computed: elsewhere, later, something else would come of it, and rows would go into other partitions. */
final class ComputedBounds {
    private ComputedBounds() {}

    /** @return the statement that replicas are to run instead of one that has just run; empty if nothing was computed */
    static Optional<String> replaced(Queries connection, String sql, SessionContext context)
            throws IOException, ServerError {
        Optional<PartitionBound> computed = PartitionBound.computed(sql, context.standardStrings());
        if (computed.isEmpty()) {
            return Optional.empty();
        }
        return DdlNotes.partitionBound(connection, computed.get().partition())
                .map(clause -> computed.get().replacedBy(clause, sql));
    }

    /** The same for a statement that ran inside a function; to be asked when the transaction is sealed. */
    static Optional<String> replacedInside(Queries connection, String sql, SessionContext context)
            throws IOException, ServerError {
        if (PartitionBound.computed(sql, context.standardStrings()).isEmpty()) {
            return Optional.empty();
        }
        DdlNotes.searchAs(connection, context.settings().getOrDefault("search_path", ""));
        return replaced(connection, sql, context);
    }
}

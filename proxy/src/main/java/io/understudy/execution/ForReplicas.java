package io.understudy.execution;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.capture.DdlNotes;
import io.understudy.classification.GrantedObjects;
import io.understudy.classification.GrantedObjects.Named;
import io.understudy.classification.LikedTable;
import io.understudy.classification.PartitionBound;
import io.understudy.classification.UnfilledView;
import io.understudy.log.SessionContext;
import io.understudy.wire.ErrorFields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What replicas run in place of DDL that would not be the same there: with what came of it in the place of a partition's bound that was computed (later something else would come of it, and rows would
 * go into other partitions), with the columns of temporary tables that a table is made LIKE, without the temporary objects that rights were given on, and without the rows of materialized views,
 * which are in the log.
 */
final class ForReplicas {
    private ForReplicas() {}

    /** @return instead of a statement that has just run; "" if there is nothing to run, empty if it is the same everywhere */
    static Optional<String> instead(Queries connection, String sql, SessionContext context)
            throws IOException, ServerError, CommitFailure {
        Optional<String> unfilled = UnfilledView.of(sql, context.standardStrings());
        if (unfilled.isPresent()) {
            return unfilled;
        }
        Optional<PartitionBound> computed = PartitionBound.computed(sql, context.standardStrings());
        if (computed.isPresent()) {
            return DdlNotes.partitionBound(connection, computed.get().partition())
                    .map(clause -> computed.get().replacedBy(clause, sql));
        }
        Optional<String> columns = withColumns(connection, sql, context);
        if (columns.isPresent()) {
            return columns;
        }
        List<Named> named = GrantedObjects.of(sql, context.standardStrings());
        List<Named> temporary = new ArrayList<>();
        for (Named n : named) {
            if (n.temporary() || n.relation() && DdlNotes.isTemporary(connection, n.name())) {
                temporary.add(n);
            }
        }
        if (temporary.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(temporary.equals(named) ? "" : GrantedObjects.without(temporary, named, sql));
    }

    /** Replicas do not have the temporary tables that a table was made like: its columns in their place. */
    private static Optional<String> withColumns(Queries connection, String sql, SessionContext context)
            throws IOException, ServerError, CommitFailure {
        StringBuilder changed = new StringBuilder(sql);
        for (LikedTable like : LikedTable.of(sql, context.standardStrings()).reversed()) {
            if (!DdlNotes.isTemporary(connection, like.name())) {
                continue;
            }
            if (like.including()) {
                throw new CommitFailure(
                        ErrorFields.error(
                                "0A000",
                                "a table cannot be made LIKE the temporary table " + like.name()
                                        + " INCLUDING anything",
                                "Replicas do not have that table: leave INCLUDING out, and add what is missing by ALTER TABLE."));
            }
            changed.replace(like.start(), like.end(), DdlNotes.columns(connection, like.name()));
        }
        return changed.toString().equals(sql) ? Optional.empty() : Optional.of(changed.toString());
    }

    /** The same for a statement that ran inside a function; to be asked when the transaction is sealed. */
    static Optional<String> insteadOfNested(Queries connection, String sql, SessionContext context)
            throws IOException, ServerError, CommitFailure {
        boolean plain = UnfilledView.of(sql, context.standardStrings()).isEmpty()
                && PartitionBound.computed(sql, context.standardStrings()).isEmpty()
                && LikedTable.of(sql, context.standardStrings()).isEmpty()
                && GrantedObjects.of(sql, context.standardStrings()).isEmpty();
        if (plain) {
            return Optional.empty();
        }
        DdlNotes.searchAs(connection, context.settings().getOrDefault("search_path", ""));
        return instead(connection, sql, context);
    }
}

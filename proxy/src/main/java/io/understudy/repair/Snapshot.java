package io.understudy.repair;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.log.VerificationScope;
import io.understudy.log.VerificationScope.Range;
import io.understudy.repair.DatabaseSums.SequenceSum;
import io.understudy.repair.DatabaseSums.TableSum;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A database as it was at one moment, kept by an open transaction until it is summed up or closed. One thread at a time. */
final class Snapshot implements AutoCloseable {
    private static final String SEQUENCES =
            "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class c"
                    + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND "
                    + RowSum.USER_SCHEMAS + " ORDER BY 1";

    /** What servers say, besides, of other objects that are gone; "cache lookup failed" is an internal error. */
    private static final Set<String> OBJECT_GONE = Set.of("42704", "42883", "XX000");

    private static final int TRIES_MAX = 3;

    private final UUID point;
    private final long index;
    private final VerificationScope scope;
    private final VerificationConnections.Connection connection;
    private final Map<String, CopiedTable> tables;
    private final Map<String, SequenceSum> sequences = new HashMap<>();

    /** Taken when this returns. */
    Snapshot(
            UUID point,
            long index,
            VerificationScope scope,
            VerificationConnections.Connection connection,
            long statementMillisMax)
            throws IOException, ServerError {
        this.point = point;
        this.index = index;
        this.scope = scope;
        this.connection = connection;
        Queries q = connection.queries();
        q.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        RowSum.pin(q, statementMillisMax);
        tables = CopiedTable.all(q);
        if (scope.others()) {
            // their values have no snapshot: this is the moment to read them
            readSequences(q);
        }
    }

    private void readSequences(Queries q) throws IOException, ServerError {
        List<String> names = new ArrayList<>();
        for (@Nullable String[] row : q.query(SEQUENCES)) {
            names.add(String.valueOf(row[0]));
        }
        for (String name : names) {
            @Nullable
            String[] row = q.query("SELECT last_value, is_called FROM " + name).getFirst();
            sequences.put(name, new SequenceSum(Long.parseLong(String.valueOf(row[0])), "t".equals(row[1])));
        }
    }

    /** Reads what is in the scope; takes as long as that takes. */
    DatabaseSums sum() throws IOException, ServerError {
        Map<String, TableSum> sums = new HashMap<>();
        Map<String, String> details = new HashMap<>();
        RangeSums reader = new RangeSums(connection.queries(), scope);
        for (Range range : ranges()) {
            CopiedTable table = tables.get(range.table());
            if (table != null && table.populated()) {
                sum(range, table, reader, sums, details);
            } else if (table != null) {
                sums.put(range.toString(), TableSum.NOT_POPULATED);
            }
        }
        Map<String, String> objects = scope.others() ? objects() : Map.of();
        return new DatabaseSums(point, index, sums, sequences, objects, details);
    }

    private List<Range> ranges() {
        return scope.equals(VerificationScope.EVERYTHING)
                ? tables.keySet().stream().map(Range::whole).toList()
                : scope.ranges();
    }

    private void sum(
            Range range, CopiedTable table, RangeSums reader, Map<String, TableSum> sums, Map<String, String> details)
            throws IOException, ServerError {
        Queries q = connection.queries();
        q.query("SAVEPOINT one");
        TableSum sum = TableSum.LOST;
        Map<String, String> more = Map.of();
        try {
            sum = reader.sum(range);
            more = reader.details(range);
            // TRUNCATE and rewriting do not keep old rows for open snapshots; now that the table is locked it cannot
            // happen any more
            if (!table.intact(q)) {
                sum = TableSum.LOST;
            }
        } catch (ServerError e) {
            if (!Verification.isTableGone(e.sqlState())) {
                throw e;
            }
            sum = TableSum.LOST;
        }
        // lets the lock go, keeps the snapshot
        q.query("ROLLBACK TO SAVEPOINT one");
        sums.put(range.toString(), sum);
        if (!sum.equals(TableSum.LOST)) {
            details.putAll(more);
        }
    }

    /** The server's functions that describe objects stumble over what is dropped just then. */
    private Map<String, String> objects() throws IOException, ServerError {
        Queries q = connection.queries();
        for (int tries = 1; ; tries++) {
            q.query("SAVEPOINT one");
            try {
                return CatalogPicture.of(q);
            } catch (ServerError e) {
                boolean gone = Verification.isTableGone(e.sqlState()) || OBJECT_GONE.contains(e.sqlState());
                if (tries == TRIES_MAX || !gone) {
                    throw e;
                }
                q.query("ROLLBACK TO SAVEPOINT one");
            }
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}

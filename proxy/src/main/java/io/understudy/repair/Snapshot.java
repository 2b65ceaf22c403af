package io.understudy.repair;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.repair.DatabaseSums.SequenceSum;
import io.understudy.repair.DatabaseSums.TableSum;
import java.io.IOException;
import java.io.Serial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A database as it was at one moment, kept by an open transaction until it is summed up or closed. One thread at a time. */
final class Snapshot implements AutoCloseable {
    /** Rows must look the same on every node, whatever its configuration. */
    private static final String PIN = """
            SELECT set_config('search_path', 'pg_catalog, pg_temp', true), set_config('DateStyle', 'ISO, YMD', true),
                   set_config('TimeZone', 'UTC', true), set_config('IntervalStyle', 'postgres', true),
                   set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true),
                   set_config('lc_monetary', 'C', true), set_config('row_security', 'off', true),
                   set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', '0', true)
            """;

    private static final String USER_SCHEMAS =
            "n.nspname <> 'understudy' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'";

    private static final String TABLES =
            "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relispopulated, c.oid, c.relfilenode FROM pg_class c"
                    + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND "
                    + USER_SCHEMAS + " ORDER BY 1";

    private static final String SEQUENCES =
            "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class c"
                    + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND "
                    + USER_SCHEMAS + " ORDER BY 1";

    private final UUID point;
    private final long index;
    private final VerificationConnections.Connection connection;
    private final List<@Nullable String[]> tables;
    private final Map<String, SequenceSum> sequences = new HashMap<>();

    /** Taken when this returns. */
    Snapshot(UUID point, long index, VerificationConnections.Connection connection, long statementMillisMax)
            throws IOException, ServerError {
        this.point = point;
        this.index = index;
        this.connection = connection;
        Queries q = connection.queries();
        q.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        q.query(PIN, Long.toString(statementMillisMax));
        tables = q.query(TABLES);
        // their values have no snapshot: this is the moment to read them
        readSequences(q);
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

    /**
     * Reads every table; takes as long as that takes.
     *
     * @throws SpoiledException if a table was truncated or rewritten since: its rows of that moment are gone
     */
    DatabaseSums sum() throws IOException, ServerError, SpoiledException {
        Map<String, TableSum> sums = new HashMap<>();
        for (@Nullable String[] table : tables) {
            String name = String.valueOf(table[0]);
            sums.put(name, "t".equals(table[1]) ? sum(name, table[2], table[3]) : new TableSum(-1, ""));
        }
        return new DatabaseSums(point, index, sums, sequences);
    }

    private TableSum sum(String table, @Nullable String oid, @Nullable String file)
            throws IOException, ServerError, SpoiledException {
        Queries q = connection.queries();
        // a column of the same name would hide the row
        String row = '"' + "row " + point + '"';
        q.query("SAVEPOINT one");
        @Nullable
        String[] found = q.query("SELECT count(*), coalesce(sum(hashtextextended(textin(record_out(" + row
                        + ")) COLLATE \"C\", 0)::numeric), 0) FROM ONLY " + table + " AS " + row)
                .getFirst();
        // TRUNCATE and rewriting do not keep old rows for open snapshots; now that the table is locked it cannot happen
        // any more
        String fileNow = String.valueOf(
                q.query("SELECT pg_relation_filenode($1::oid::regclass)", oid).getFirst()[0]);
        // lets the lock go, keeps the snapshot
        q.query("ROLLBACK TO SAVEPOINT one");
        if (!fileNow.equals(file)) {
            throw new SpoiledException(table + " was truncated or rewritten while it was verified");
        }
        return new TableSum(Long.parseLong(String.valueOf(found[0])), String.valueOf(found[1]));
    }

    /** The snapshot does not show what was there. */
    static final class SpoiledException extends Exception {
        @Serial
        private static final long serialVersionUID = 1;

        SpoiledException(String message) {
            super(message);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}

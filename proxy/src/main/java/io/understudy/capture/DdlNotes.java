package io.understudy.capture;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the proxy adds, on the client's connection and right after a DDL statement, to what the guard saw by itself. Immutable. */
public final class DdlNotes {
    private static final String NOTE = "SELECT understudy.note_ddl($1, $2)";
    private static final String BOUND = "SELECT understudy.partition_bound(pg_catalog.to_regclass($1)::pg_catalog.oid)";
    private static final String TEMPORARY =
            "SELECT 1 FROM pg_catalog.pg_class WHERE oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1)::pg_catalog.oid"
                    + " AND relpersistence OPERATOR(pg_catalog.=) 't'";
    private static final String COLUMNS = """
            SELECT pg_catalog.string_agg(pg_catalog.format('%I %s%s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
                     (SELECT pg_catalog.format(' COLLATE %I.%I', n.nspname, c.collname) FROM pg_catalog.pg_collation c, pg_catalog.pg_namespace n
                       WHERE c.oid OPERATOR(pg_catalog.=) a.attcollation AND n.oid OPERATOR(pg_catalog.=) c.collnamespace),
                     CASE WHEN a.attnotnull THEN pg_catalog.format('%s NOT NULL',
                       (SELECT pg_catalog.format(' CONSTRAINT %I', k.conname) FROM pg_catalog.pg_constraint k
                         WHERE k.conrelid OPERATOR(pg_catalog.=) a.attrelid AND k.contype OPERATOR(pg_catalog.=) 'n' AND k.conkey OPERATOR(pg_catalog.=) ARRAY[a.attnum])) END),
                   ', ' ORDER BY a.attnum)
              FROM pg_catalog.pg_attribute a
             WHERE a.attrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1)::pg_catalog.oid AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped
            """;
    private static final String SEARCH_PATH = "SELECT pg_catalog.set_config('search_path', $1, true)";
    private static final String IMAGE = "SELECT understudy.image($1)";
    private static final String MADE_OF_QUERY = "SELECT understudy.made_of_query($1)";

    /** Labels made by this transaction, or by one that is not older and has committed: to number those again is harmless. */
    private static final String NUMBERS = """
            SELECT pg_catalog.format('SELECT understudy.number_labels(%L, %L, %L, %L)', n.nspname, t.typname,
                                     pg_catalog.array_agg(e.enumlabel::pg_catalog.text ORDER BY e.oid)::pg_catalog.text,
                                     pg_catalog.array_agg(e.oid ORDER BY e.oid)::pg_catalog.text)
              FROM pg_catalog.pg_enum e JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid
              JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
             WHERE e.xmin::pg_catalog.text::pg_catalog.int8 >= (pg_catalog.pg_current_xact_id()::pg_catalog.text::pg_catalog.int8 & 4294967295)
               AND n.nspname OPERATOR(pg_catalog.!~) '^pg_temp_'
             GROUP BY n.nspname, t.typname ORDER BY n.nspname, t.typname
            """;

    private final String secret;

    public DdlNotes(String secret) {
        this.secret = secret;
    }

    /** Proves to the database that the node is asking. */
    public String secret() {
        return secret;
    }

    /**
     * Records the place of a statement that fires no event trigger: CREATE ROLE, GRANT of a role and the like. Savepoints undo the note as they undo the statement.
     *
     * @param tag its command tag
     */
    public void sharedObject(Queries connection, String tag) throws IOException, ServerError {
        connection.query(NOTE, secret, tag);
    }

    /**
     * Records the whole contents of every permanent table and materialized view that the last DDL statement made, altered or filled, as a truncation followed by its
     * rows: for statements whose rows a replica would compute differently (CREATE TABLE AS, a volatile default, ALTER TYPE … USING, REFRESH).
     *
     * @return how many rows were recorded
     */
    public long image(Queries connection) throws IOException, ServerError {
        String rows = connection.query(IMAGE, secret).getFirst()[0];
        return rows == null ? 0 : Long.parseLong(rows);
    }

    /** What makes the table that the last DDL statement made of a query, without its rows; empty if it made none. */
    public Optional<String> madeOfQuery(Queries connection) throws IOException, ServerError {
        return Optional.ofNullable(connection.query(MADE_OF_QUERY, secret).getFirst()[0]);
    }

    /**
     * Statements that give new labels of enums the numbers on a replica that they have here: a row's place in a table that is partitioned by hash goes by the label's
     * number, and PostgreSQL gives out another on each server.
     *
     * @return to be run after the statement that made the labels; empty if it made none
     */
    public static List<String> labelNumbers(Queries connection) throws IOException, ServerError {
        List<String> statements = new ArrayList<>();
        for (var row : connection.query(NUMBERS)) {
            statements.add(String.valueOf(row[0]));
        }
        return statements;
    }

    /** The clause that says which rows are in a partition, as the catalog has it. @param partition its name, as SQL; @return empty if there is no such partition */
    public static Optional<String> partitionBound(Queries connection, String partition)
            throws IOException, ServerError {
        return Optional.ofNullable(connection.query(BOUND, partition).getFirst()[0]);
    }

    /** Whether a table, view or sequence is temporary. @param relation its name, as SQL */
    public static boolean isTemporary(Queries connection, String relation) throws IOException, ServerError {
        return !connection.query(TEMPORARY, relation).isEmpty();
    }

    /** The columns of a table, as CREATE TABLE would have them, with what LIKE takes over of them without being told. @param relation its name, as SQL */
    public static String columns(Queries connection, String relation) throws IOException, ServerError {
        return String.valueOf(connection.query(COLUMNS, relation).getFirst()[0]);
    }

    /** Until the transaction's end names mean what they do under that search_path. */
    public static void searchAs(Queries connection, String path) throws IOException, ServerError {
        connection.query(SEARCH_PATH, path);
    }
}

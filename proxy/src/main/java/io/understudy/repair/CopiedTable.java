package io.understudy.repair;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A table, part of one, or materialized view, as what its rows are copied by.
 *
 * @param name qualified, each part quoted where necessary
 * @param columns quoted, comma-separated; those that are generated at reading left out; empty if there is none
 * @param file where the server keeps its rows: another one after TRUNCATE and rewriting
 */
record CopiedTable(String name, String oid, boolean view, boolean populated, String columns, String file) {
    private static final String ALL = """
            SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.oid, c.relkind = 'm', c.relispopulated,
                   coalesce((SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
                      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated IN ('', 's')), ''), c.relfilenode
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND\
            """ + " " + RowSum.USER_SCHEMAS + " ORDER BY 1";

    /** Functions and operators are told as they are read while they are copied. */
    private static final String VALUES = """
            SELECT coalesce(string_agg(quote_ident(a.attname)
                     || CASE WHEN a.attname = ANY (understudy.signatures(a.attrelid)) THEN '::' || understudy.signed(a.atttypid) ELSE '' END, ', ' ORDER BY a.attnum), '')
              FROM pg_attribute a WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated IN ('', 's')
            """;

    /** All there are, by name. */
    static Map<String, CopiedTable> all(Queries q) throws IOException, ServerError {
        Map<String, CopiedTable> all = new TreeMap<>();
        for (@Nullable String[] row : q.query(ALL)) {
            CopiedTable t = new CopiedTable(
                    String.valueOf(row[0]),
                    String.valueOf(row[1]),
                    "t".equals(row[2]),
                    "t".equals(row[3]),
                    String.valueOf(row[4]),
                    String.valueOf(row[5]));
            all.put(t.name, t);
        }
        return all;
    }

    /** What is in it now, as {@code rows/sum}. Locks it until the transaction, or savepoint, ends. */
    String sum(Queries q) throws IOException, ServerError {
        if (!populated) {
            return "not populated";
        }
        @Nullable
        String[] row = q.query("SELECT " + RowSum.of("\"row summed\"") + " FROM ONLY " + name + " AS \"row summed\"")
                .getFirst();
        return row[0] + "/" + row[1];
    }

    String copyOut(Queries q) throws IOException, ServerError {
        String values = String.valueOf(q.query(VALUES, oid).getFirst()[0]);
        return "COPY (SELECT " + values + " FROM ONLY " + name + ") TO STDOUT";
    }

    String copyIn() {
        return "COPY " + name + (columns.isEmpty() ? "" : " (" + columns + ")") + " FROM STDIN";
    }

    /** Whether the rows that a snapshot showed are still there: TRUNCATE and rewriting do not keep them. To be asked while the table is locked. */
    boolean intact(Queries q) throws IOException, ServerError {
        return file.equals(String.valueOf(
                q.query("SELECT pg_relation_filenode($1::oid::regclass)", oid).getFirst()[0]));
    }
}

package io.understudy.repair;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.log.RowText;
import java.io.IOException;
import java.util.stream.Collectors;

/**
 * How rows are summed up so that equal contents give equal sums on every server: whatever the rows' physical order, the session, the sort order or the version of the
 * server. Each row's text goes into a 64-bit hash, and the hashes are added, so that duplicates count.
 */
final class RowSum {
    /** Rows must look the same on every node, whatever its configuration. */
    private static final String PIN = RowText.SETTINGS.entrySet().stream()
            .map(e -> "set_config('%s', '%s', true)".formatted(e.getKey(), e.getValue()))
            .collect(
                    Collectors.joining(
                            ", ",
                            "SELECT ",
                            ", set_config('row_security', 'off', true),"
                                    + " set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', '0', true)"));

    /** User tables, their parts and materialized views; not temporary ones. */
    static final String USER_SCHEMAS =
            "n.nspname <> 'understudy' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'";

    private RowSum() {}

    /** Makes an open transaction one in which sums and texts of rows are the same everywhere. */
    static void pin(Queries q, long statementMillisMax) throws IOException, ServerError {
        q.query(PIN, Long.toString(statementMillisMax));
    }

    /** The hash of a row. @param alias of the table in the query, quoted */
    static String hash(String alias) {
        return "hashtextextended(" + text(alias) + " COLLATE \"C\", 0)";
    }

    /** The text of a row. */
    static String text(String alias) {
        return "textin(record_out(" + alias + "))";
    }

    /** Number and sum of the rows' hashes. */
    static String of(String alias) {
        return "count(*), coalesce(sum(" + hash(alias) + "::numeric), 0)";
    }
}

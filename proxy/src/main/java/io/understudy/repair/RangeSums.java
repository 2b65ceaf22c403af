package io.understudy.repair;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.log.VerificationScope;
import io.understudy.log.VerificationScope.Range;
import io.understudy.repair.DatabaseSums.TableSum;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sums of rows of one range, in whatever detail is asked for. Never more in memory than a sum for each part, or some thousand rows' keys. */
final class RangeSums {
    /** A column of the same name would hide the row. */
    private static final String ROW = "\"row summed\"";

    /** Rows of the wanted parts that are told; of more it would not be said which, only how many. */
    private static final int ROWS_MAX = 5000;

    private static final int KEY_CHARS_MAX = 200;

    private static final String KEY = """
            SELECT string_agg('%s.' || quote_ident(a.attname), ', ' ORDER BY k.place) FROM pg_index i
             CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
              JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
             WHERE i.indisprimary AND i.indrelid = $1::regclass
            """.formatted(ROW);

    private final Queries q;
    private final VerificationScope scope;

    RangeSums(Queries q, VerificationScope scope) {
        this.q = q;
        this.scope = scope;
    }

    TableSum sum(Range range) throws IOException, ServerError {
        @Nullable
        String[] row =
                q.query("SELECT " + RowSum.of(ROW) + from(range), bounds(range)).getFirst();
        return new TableSum(Long.parseLong(String.valueOf(row[0])), String.valueOf(row[1]));
    }

    /** By part, or by key: number and sum of rows. */
    Map<String, String> details(Range range) throws IOException, ServerError {
        Map<String, String> details = new TreeMap<>();
        if (scope.parts() == 0) {
            return details;
        }
        String columns = q.query(KEY, range.table()).getFirst()[0];
        String key = columns == null ? RowSum.text(ROW) : RowSum.text("ROW(" + columns + ")");
        String part = "abs(hashtextextended(" + key + " COLLATE \"C\", 0) % " + scope.parts() + ")";
        String wanted = scope.wanted().stream().map(String::valueOf).collect(Collectors.joining(", "));
        String sql = wanted.isEmpty()
                ? "SELECT " + part + ", " + RowSum.of(ROW) + from(range) + " GROUP BY 1"
                : "SELECT left(" + key + ", " + KEY_CHARS_MAX + ") COLLATE \"C\", " + RowSum.of(ROW) + from(range)
                        + (range.key().isEmpty() ? " WHERE " : " AND ") + part + " IN (" + wanted
                        + ") GROUP BY 1 ORDER BY 1 LIMIT " + ROWS_MAX;
        for (@Nullable String[] row : q.query(sql, bounds(range))) {
            details.put(String.valueOf(row[0]), row[1] + "/" + row[2]);
        }
        return details;
    }

    private static String from(Range r) {
        String where = "";
        if (!r.key().isEmpty()) {
            String key = ROW + "." + r.key();
            // null is in none, but a primary key has none
            where = " WHERE " + (r.after().isEmpty() ? "$1::text = ''" : key + " > $1::text::" + r.type()) + " AND "
                    + (r.upTo().isEmpty() ? "$2::text = ''" : key + " <= $2::text::" + r.type());
        }
        return " FROM ONLY " + r.table() + " AS " + ROW + where;
    }

    private static String[] bounds(Range r) {
        return r.key().isEmpty() ? new String[0] : new String[] {r.after(), r.upTo()};
    }
}

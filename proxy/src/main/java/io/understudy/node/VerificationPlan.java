package io.understudy.node;

import io.understudy.admin.OrderRefusedException;
import io.understudy.log.VerificationScope.Range;
import io.understudy.repair.Verification;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Divides the tables into steps, each of which takes a node a moment: several small tables together, a large one by ranges of its primary key. Where keys do not have the same
 * order on every server, or there is none, a table is one step as a whole: then its snapshot lasts as long as it takes to read the table. One thread.
 */
final class VerificationPlan {
    private static final long STEP_BYTES = 32L << 20;
    /** A row is taken for at least so large, to tell from its file whether a table has more of them than one step may have. */
    private static final long ROW_BYTES = 100;

    /** Types whose order does not depend on the server's version or its operating system. */
    private static final String TABLES = """
            SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), n.nspname, c.relname, pg_relation_size(c.oid) + coalesce(pg_relation_size(nullif(c.reltoastrelid, 0)), 0),
                   k.name, k.type
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN LATERAL (SELECT quote_ident(a.attname), format_type(a.atttypid, NULL) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                 WHERE i.indrelid = c.oid AND i.indisprimary AND i.indnkeyatts = 1 AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'uuid'::regtype,
                       'date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype, 'bytea'::regtype)) k(name, type) ON true
             WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND n.nspname NOT IN ('understudy', 'information_schema') AND n.nspname !~ '^pg_'
             ORDER BY 1
            """;

    private final LocalServer local;
    private final int rows;
    private final List<Table> left = new ArrayList<>();
    private final int tables;
    private final long bytes;
    private long bytesDone;
    private @Nullable Range last;

    private record Table(String name, long bytes, String key, String type) {
        boolean divisible(int rows) {
            return !key.isEmpty() && bytes > rows * ROW_BYTES;
        }
    }

    /** @throws OrderRefusedException if one of the wanted tables does not exist */
    VerificationPlan(LocalServer local, List<String> wanted, int rows) throws SQLException, OrderRefusedException {
        this.local = local;
        this.rows = rows;
        List<String> missing = new ArrayList<>(wanted);
        try (Connection c = local.source().getConnection();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(TABLES)) {
            while (r.next()) {
                List<String> names = List.of(r.getString(1), r.getString(2) + "." + r.getString(3), r.getString(3));
                if (wanted.isEmpty() || wanted.stream().anyMatch(names::contains)) {
                    missing.removeAll(names);
                    left.add(new Table(r.getString(1), r.getLong(4), text(r, 5), text(r, 6)));
                }
            }
        }
        if (!missing.isEmpty()) {
            throw new OrderRefusedException("there is no table " + String.join(", ", missing)
                    + " (a partitioned table has rows only in its partitions: name those)");
        }
        tables = left.size();
        bytes = left.stream().mapToLong(Table::bytes).sum();
    }

    private static String text(ResultSet r, int column) throws SQLException {
        String text = r.getString(column);
        return text == null ? "" : text;
    }

    int tables() {
        return tables;
    }

    int percent() {
        return bytes == 0 ? 100 : (int) Math.min(100, bytesDone * 100 / bytes);
    }

    /** What is to be compared next; none if everything was. */
    List<Range> next() throws SQLException {
        List<Range> step = new ArrayList<>();
        long size = 0;
        while (!left.isEmpty()) {
            Table table = left.getFirst();
            if (table.divisible(rows) && !step.isEmpty()) {
                return step;
            }
            if (table.divisible(rows)) {
                Optional<Range> part = part(table);
                if (part.isPresent()) {
                    return List.of(part.get());
                }
                continue;
            }
            if (!step.isEmpty() && size + table.bytes() > STEP_BYTES) {
                return step;
            }
            size += table.bytes();
            bytesDone += table.bytes();
            step.add(Range.whole(table.name()));
            left.removeFirst();
        }
        return step;
    }

    /** The next part; none if the table is gone. */
    private Optional<Range> part(Table t) throws SQLException {
        String after = last == null ? "" : last.upTo();
        Optional<String> upTo;
        try {
            upTo = boundary(t, after);
        } catch (SQLException e) {
            if (!Verification.isTableGone(String.valueOf(e.getSQLState()))) {
                throw e;
            }
            last = null;
            left.removeFirst();
            return Optional.empty();
        }
        Range range = new Range(t.name(), t.key(), t.type(), after, upTo.orElse(""));
        if (upTo.isPresent()) {
            last = range;
            bytesDone = Math.min(bytes, bytesDone + rows * ROW_BYTES);
        } else {
            last = null;
            left.removeFirst();
        }
        return Optional.of(range);
    }

    /** The key that many rows further; empty if there are not so many any more. */
    private Optional<String> boundary(Table t, String after) throws SQLException {
        // named by its table: the text beside it has the column's name too, and another order
        String key = "ranged." + t.key();
        String sql = "SELECT " + key + "::text FROM ONLY " + t.name() + " AS ranged"
                + (after.isEmpty() ? "" : " WHERE " + key + " > CAST(CAST(? AS text) AS " + t.type() + ")")
                + " ORDER BY " + key + " OFFSET " + rows + " LIMIT 1";
        try (Connection c = local.source().getConnection();
                Statement pin = c.createStatement();
                PreparedStatement s = c.prepareStatement(sql)) {
            // texts of times must mean the same on every node
            pin.execute("SET TimeZone = 'UTC'");
            pin.execute("SET DateStyle = 'ISO, YMD'");
            if (!after.isEmpty()) {
                s.setString(1, after);
            }
            try (ResultSet r = s.executeQuery()) {
                return r.next() ? Optional.of(r.getString(1)) : Optional.empty();
            } finally {
                pin.execute("RESET TimeZone");
                pin.execute("RESET DateStyle");
            }
        }
    }
}

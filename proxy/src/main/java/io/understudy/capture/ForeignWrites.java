package io.understudy.capture;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What was written into a node's database behind its proxy, as far as the capture triggers have seen it: a session of the proxy takes its images away before it commits, so
 * what another transaction can see was nobody's. The node's own connection (autocommit).
 */
public final class ForeignWrites {
    private static final int TOLD_MAX = 10;

    private static final String ROWS = """
            SELECT 'rows of ' || coalesce((SELECT format('%I.%I', n.nspname, k.relname) FROM pg_class k JOIN pg_namespace n ON n.oid = k.relnamespace
              WHERE k.oid = c.rel), 'a table that is gone') || ', such as ' || coalesce(left(min(coalesce(c.new, c.old)), 200), 'all of them (TRUNCATE)')
              FROM understudy.change c GROUP BY c.rel LIMIT
            """;

    private static final String DDL = """
            SELECT 'the schema, by ' || tag || ': ' || coalesce(left(query, 200), '') FROM understudy.ddl_seen WHERE NOT temporary LIMIT
            """;

    private ForeignWrites() {}

    /** For people, what was changed; empty if nothing was. Costs a scan of two tables that are nearly empty. */
    public static List<String> seen(Connection node) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement s = node.createStatement()) {
            for (String sql : List.of(ROWS, DDL)) {
                try (ResultSet r = s.executeQuery(sql + TOLD_MAX)) {
                    while (r.next()) {
                        found.add(r.getString(1));
                    }
                }
            }
        }
        return found;
    }

    /** Forgets what was seen until now. */
    public static void forget(Connection node) throws SQLException {
        try (Statement s = node.createStatement()) {
            s.execute("DELETE FROM understudy.change");
            s.execute("DELETE FROM understudy.ddl_seen");
        }
    }
}

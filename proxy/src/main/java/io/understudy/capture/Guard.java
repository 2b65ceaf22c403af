package io.understudy.capture;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What must be in place in the database for capture to miss nothing. The node's own connection (autocommit). */
public final class Guard {
    private Guard() {}

    /** Qualified names of permanent tables without working capture triggers: none before a master opens. */
    public static List<String> unguarded(Connection node) throws SQLException {
        return names(node, "SELECT name FROM understudy.unguarded()");
    }

    /** Installs what is missing on every permanent table. */
    public static void install(Connection node) throws SQLException {
        try (Statement s = node.createStatement()) {
            s.execute("SELECT understudy.install(rel) FROM understudy.unguarded()");
        }
    }

    /** Event triggers of the guard that are missing or not always on: none before a master opens. */
    public static List<String> missing(Connection node) throws SQLException {
        return names(
                node,
                "SELECT w.name FROM (VALUES (' understudy'), (' understudy drop'), (' understudy start'),"
                        + " (' understudy rewrite'), ('  understudy context')) w(name) WHERE NOT EXISTS"
                        + " (SELECT FROM pg_catalog.pg_event_trigger e WHERE e.evtname = w.name AND e.evtenabled = 'A')");
    }

    /**
     * Full ids of transactions whose committed changes no session has claimed: somebody wrote behind the proxy. Costs a scan of the capture table, which is nearly empty when
     * {@link #vacuum} runs now and then.
     */
    public static List<String> unclaimed(Connection node) throws SQLException {
        return names(node, "SELECT DISTINCT xid::text FROM understudy.change LIMIT 100");
    }

    /** Frees the space of finished transactions' images. Every few seconds on a busy master; does not block anybody. */
    public static void vacuum(Connection node) throws SQLException {
        try (Statement s = node.createStatement()) {
            s.execute("VACUUM (SKIP_LOCKED) understudy.change, understudy.ddl_seen, understudy.nested_ddl,"
                    + " understudy.shape_seen, understudy.applied");
        }
    }

    private static List<String> names(Connection node, String sql) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement s = node.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            while (r.next()) {
                names.add(r.getString(1));
            }
        }
        return names;
    }
}

package io.understudy.demo.story;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.fault.Contents;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many of the readers' queries each PostgreSQL server ran, as its own statistics say: every such query looks at the table {@code tax} once, and nobody else does.
 * Servers count with a delay of up to a second, and connections that have nothing more to do with one of up to ten. A server that does not answer, or whose starting
 * proxy ends all connections to it, counts as it did last.
 */
final class ServerReads implements AutoCloseable {
    private static final String COUNT =
            "select coalesce(seq_scan, 0) + coalesce(idx_scan, 0) from pg_stat_user_tables where relname = 'tax'";

    private final LocalCluster cluster;
    private final Map<String, Connection> connections = new TreeMap<>();
    private final Map<String, Long> before = new TreeMap<>();
    private final Map<String, Long> last = new TreeMap<>();

    /** Counts from now on. */
    ServerReads(LocalCluster cluster) throws SQLException {
        this.cluster = cluster;
        for (LocalNode node : cluster.nodes()) {
            before.put(node.name(), total(node));
        }
    }

    /** On that node's server. */
    long on(LocalNode node) throws SQLException {
        try {
            last.put(node.name(), total(node) - before.getOrDefault(node.name(), 0L));
        } catch (SQLException e) {
            Connection broken = connections.remove(node.name());
            if (broken != null) {
                broken.close();
            }
        }
        return last.getOrDefault(node.name(), 0L);
    }

    private long total(LocalNode node) throws SQLException {
        Connection connection = connections.get(node.name());
        if (connection == null) {
            connection = Contents.connect(cluster, node);
            connections.put(node.name(), connection);
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(COUNT)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : connections.values()) {
            connection.close();
        }
    }
}

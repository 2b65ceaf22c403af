package io.understudy.demo.fault;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a server holds, seen directly and not through a proxy.
 *
 * @param tables rows and checksum by table's name
 * @param sequences position by sequence's name
 */
public record Contents(Map<String, String> tables, Map<String, String> sequences) {
    private static final String RELATIONS = """
            select c.oid::regclass::text, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'S') and c.relpersistence <> 't'
              and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'understudy')
            order by 1
            """;

    public Contents {
        tables = new TreeMap<>(tables);
        sequences = new TreeMap<>(sequences);
    }

    /** Of each node's server, by name of node, in the nodes' order. */
    public static Map<String, Contents> ofAll(LocalCluster cluster) throws SQLException {
        Map<String, Contents> all = new TreeMap<>();
        for (LocalNode node : cluster.nodes()) {
            try (Connection connection = connect(cluster, node)) {
                all.put(node.name(), of(connection));
            }
        }
        return all;
    }

    /** A connection to a node's PostgreSQL itself. */
    public static Connection connect(LocalCluster cluster, LocalNode node) throws SQLException {
        String url = "jdbc:postgresql://" + node.host() + ":" + node.postgresPort()
                + "/postgres?connectTimeout=5&socketTimeout=60";
        return DriverManager.getConnection(url, "postgres", cluster.password());
    }

    /** Everything of one server, at one moment. */
    static Contents of(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        Map<String, String> tables = new TreeMap<>();
        Map<String, String> sequences = new TreeMap<>();
        for (String[] relation : rows(connection, RELATIONS)) {
            String name = relation[0];
            if (relation[1].equals("S")) {
                sequences.put(
                        name,
                        String.join(
                                "/",
                                rows(connection, "select last_value, is_called from " + name)
                                        .getFirst()));
            } else {
                String sum = "select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) from " + name + " t";
                tables.put(name, String.join("/", rows(connection, sum).getFirst()));
            }
        }
        connection.rollback();
        return new Contents(tables, sequences);
    }

    /**
     * Compares several servers.
     *
     * @return what is different, for people; empty if nothing is
     */
    public static List<String> differences(Map<String, Contents> all) {
        List<String> findings = new ArrayList<>();
        if (all.size() < 2) {
            return findings;
        }
        Map.Entry<String, Contents> first = all.entrySet().iterator().next();
        all.forEach((node, contents) -> {
            compare(first.getKey(), first.getValue().tables(), node, contents.tables(), "table", findings);
            compare(first.getKey(), first.getValue().sequences(), node, contents.sequences(), "sequence", findings);
        });
        return findings;
    }

    private static void compare(
            String one,
            Map<String, String> ofOne,
            String other,
            Map<String, String> ofOther,
            String kind,
            List<String> findings) {
        Map<String, String> names = new TreeMap<>(ofOne);
        names.putAll(ofOther);
        for (String name : names.keySet()) {
            String a = ofOne.getOrDefault(name, "missing");
            String b = ofOther.getOrDefault(name, "missing");
            if (!a.equals(b)) {
                findings.add(kind + " " + name + " is " + a + " on " + one + " and " + b + " on " + other);
            }
        }
    }

    private static List<String[]> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            List<String[]> rows = new ArrayList<>();
            while (result.next()) {
                String[] row = new String[columns];
                for (int i = 0; i < columns; i++) {
                    row[i] = String.valueOf(result.getString(i + 1));
                }
                rows.add(row);
            }
            return rows;
        }
    }
}

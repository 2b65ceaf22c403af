package io.understudy.adoption;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What one server's database has that works through Understudy with a limit, or not at all. Changes nothing. */
public final class ServerCheck {
    private final Dsn dsn;
    private final int nodes;
    private final int poolSize;

    /**
     * What was found.
     *
     * @param name of the database, as {@link Dsn#name}
     * @param facts what should be the same on all servers, by name
     */
    public record Report(String name, List<Finding> findings, Map<String, String> facts) {
        public Report {
            findings = List.copyOf(findings);
            facts = Map.copyOf(facts);
        }
    }

    /**
     * @param nodes how many nodes the cluster is meant to have
     * @param poolSize their {@code pool-size}
     */
    public ServerCheck(Dsn dsn, int nodes, int poolSize) {
        this.dsn = dsn;
        this.nodes = nodes;
        this.poolSize = poolSize;
    }

    /** @throws SQLException if the server cannot be reached, or does not let this role look */
    public Report run() throws SQLException {
        try (Connection c = dsn.connect()) {
            c.setReadOnly(true);
            c.setAutoCommit(false);
            try (Statement s = c.createStatement()) {
                s.execute("SET LOCAL search_path = pg_catalog");
                Asked asked = new Asked(s);
                List<Finding> findings = new ArrayList<>();
                new SettingChecks(asked, nodes, poolSize).addTo(findings);
                new CatalogChecks(asked).addTo(findings);
                Map<String, String> facts = facts(asked);
                c.rollback();
                return new Report(dsn.name(), findings, facts);
            }
        }
    }

    private static Map<String, String> facts(Asked asked) throws SQLException {
        Map<String, String> facts = new TreeMap<>();
        boolean locales = asked.version() >= 150000;
        facts.put(ServerComparison.MAJOR, Integer.toString(asked.version() / 10_000));
        facts.put(
                ServerComparison.COLLATION,
                asked.one("SELECT concat_ws(' ', 'provider ' || coalesce(d->>'datlocprovider', 'c'),"
                        + " coalesce(d->>'datlocale', d->>'daticulocale'), d->>'datcollate', d->>'datctype')"
                        + " FROM (SELECT to_jsonb(b) FROM pg_database b WHERE datname = current_database()) t(d)"));
        facts.put(
                ServerComparison.COLLATION_VERSION,
                locales
                        ? asked.one("SELECT coalesce(pg_database_collation_actual_version(oid), 'none')"
                                + " FROM pg_database WHERE datname = current_database()")
                        : "unknown");
        for (String extension : asked.list("SELECT extname || ' ' || extversion FROM pg_extension ORDER BY extname")) {
            String[] words = extension.split(" ", 2);
            facts.put(ServerComparison.EXTENSION + words[0], words[1]);
        }
        return facts;
    }

    /** One server, asked one thing after the other. */
    record Asked(Statement statement) {
        String one(String sql) throws SQLException {
            try (ResultSet r = statement.executeQuery(sql)) {
                String value = r.next() ? r.getString(1) : null;
                return value == null ? "" : value;
            }
        }

        boolean holds(String sql) throws SQLException {
            return one(sql).equals("t");
        }

        int number(String sql) throws SQLException {
            return Integer.parseInt(one(sql));
        }

        List<String> list(String sql) throws SQLException {
            List<String> values = new ArrayList<>();
            try (ResultSet r = statement.executeQuery(sql)) {
                while (r.next()) {
                    values.add(r.getString(1));
                }
            }
            return values;
        }

        /** Names of transactions that are prepared in its database and not decided. */
        List<String> prepared() throws SQLException {
            return list("SELECT gid FROM pg_prepared_xacts WHERE database = current_database() ORDER BY 1");
        }

        int version() throws SQLException {
            return number("SHOW server_version_num");
        }
    }
}

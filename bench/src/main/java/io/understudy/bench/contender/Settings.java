package io.understudy.bench.contender;

import io.understudy.bench.load.Target;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What a contender's servers say of themselves. */
public final class Settings {
    private static final Map<String, String> SHOWN = columns();

    private Settings() {}

    /** A row for the report: the same keys for all. Servers that do not agree are told all. */
    public static Map<String, String> of(Contender contender) throws IOException {
        Map<String, Set<String>> told = new LinkedHashMap<>();
        for (Target server : contender.servers()) {
            try (Connection c = server.connect();
                    Statement s = c.createStatement()) {
                for (Map.Entry<String, String> shown : SHOWN.entrySet()) {
                    try (ResultSet r = s.executeQuery("SHOW " + shown.getKey())) {
                        r.next();
                        told.computeIfAbsent(shown.getValue(), k -> new LinkedHashSet<>())
                                .add(r.getString(1));
                    }
                }
            } catch (SQLException e) {
                throw new IOException(
                        "a server of " + contender.name() + " does not tell its settings: " + e.getMessage(), e);
            }
        }
        Map<String, String> row = new LinkedHashMap<>();
        row.put("contender", contender.name());
        row.put("servers", Integer.toString(contender.servers().size()));
        told.forEach((name, values) -> row.put(name, String.join(", ", values)));
        row.put("pool", contender.pool());
        row.put("remarks", contender.remark());
        return row;
    }

    private static Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("server_version", "PostgreSQL");
        columns.put("fsync", "fsync");
        columns.put("synchronous_commit", "synchronous_commit");
        columns.put("shared_buffers", "shared_buffers");
        columns.put("ssl", "TLS");
        return columns;
    }
}

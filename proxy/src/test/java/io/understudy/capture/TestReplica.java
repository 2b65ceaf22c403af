package io.understudy.capture;

import io.understudy.log.Form;
import io.understudy.log.RowChange;
import io.understudy.log.TableShape;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The plainest way to apply a row form to a second database, and to compare the two. */
final class TestReplica {
    private final Connection connection;

    /** @param connection of understudy_apply */
    TestReplica(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
        pin(connection);
        try (Statement s = connection.createStatement()) {
            s.execute("SET session_replication_role = replica");
        }
        connection.commit();
    }

    private static void pin(Connection connection) throws SQLException {
        try (Statement s = connection.createStatement()) {
            s.execute("SET search_path = pg_catalog");
            s.execute("SET DateStyle = 'ISO, YMD'");
            s.execute("SET TimeZone = 'UTC'");
            s.execute("SET IntervalStyle = 'postgres'");
            s.execute("SET bytea_output = 'hex'");
            s.execute("SET extra_float_digits = 1");
            s.execute("SET client_encoding = 'UTF8'");
        }
    }

    void apply(List<? extends Form.Part> parts) throws SQLException {
        try {
            for (Form.Part part : parts) {
                switch (part) {
                    case Form.TableChanges t -> apply(t);
                    case Form.LongRow r -> throw new IllegalStateException("too long for this replica: " + r);
                    case Form.Piece p -> throw new IllegalStateException("too long for this replica: " + p);
                    case Form.Ddl d -> {
                        try (Statement s = connection.createStatement()) {
                            s.execute("SET LOCAL search_path = public");
                            s.execute(d.statement().sql());
                            s.execute("SET LOCAL search_path = pg_catalog");
                        }
                    }
                }
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        }
    }

    private void apply(Form.TableChanges changes) throws SQLException {
        TableShape shape = changes.table();
        if (changes.truncate()) {
            try (Statement s = connection.createStatement()) {
                s.execute("DELETE FROM ONLY " + name(shape));
            }
        }
        for (RowChange change : changes.changes()) {
            switch (change) {
                case RowChange.Delete d -> delete(shape, d.row());
                case RowChange.Update u -> delete(shape, u.before());
                case RowChange.Insert i -> {}
            }
        }
        for (RowChange change : changes.changes()) {
            switch (change) {
                case RowChange.Insert i -> insert(shape, i.row());
                case RowChange.Update u -> insert(shape, u.after());
                case RowChange.Delete d -> {}
            }
        }
    }

    private void delete(TableShape shape, String row) throws SQLException {
        try (PreparedStatement s =
                connection.prepareStatement("DELETE FROM " + name(shape) + " WHERE ctid = (SELECT x.ctid FROM "
                        + name(shape) + " x WHERE textin(record_out(x.*)) = ? LIMIT 1)")) {
            s.setString(1, row);
            if (s.executeUpdate() != 1) {
                throw new SQLException("no such row in " + name(shape) + ": " + row);
            }
        }
    }

    private void insert(TableShape shape, String row) throws SQLException {
        String columns = shape.columns().stream()
                .filter(c -> !c.generated())
                .map(c -> quote(c.name()))
                .collect(Collectors.joining(", "));
        try (PreparedStatement s = connection.prepareStatement(
                "INSERT INTO " + name(shape) + "(" + columns + ") OVERRIDING SYSTEM VALUE SELECT " + columns
                        + " FROM (SELECT (q.r).* FROM (SELECT ?::" + name(shape) + " AS r) q) z")) {
            s.setString(1, row);
            s.executeUpdate();
        }
    }

    private static String name(TableShape shape) {
        return quote(shape.schema()) + "." + quote(shape.name());
    }

    private static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Every row of every table in schema public, as text, sorted. */
    static List<String> contents(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        List<String> rows = new ArrayList<>();
        pin(connection);
        List<String> tables = strings(
                connection,
                "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1");
        for (String table : tables) {
            for (String row :
                    strings(connection, "SELECT textin(record_out(x.*)) FROM ONLY public." + table + " x ORDER BY 1")) {
                rows.add(table + row);
            }
        }
        connection.commit();
        return rows;
    }

    static List<String> strings(Connection connection, String sql) throws SQLException {
        List<String> strings = new ArrayList<>();
        try (Statement s = connection.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            while (r.next()) {
                strings.add(r.getString(1));
            }
        }
        return strings;
    }
}

package io.understudy.demo.workload;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Statements that workloads have in common. */
final class Rows {
    private Rows() {}

    /** The row that says that a transaction took place. There is no key: one that is there twice is to be seen, not refused. */
    static void ledger(Connection connection, long id) throws SQLException {
        update(connection, "insert into ledger (id) values (?)", id);
    }

    /** Runs it, and says how many rows it changed. */
    static int update(Connection connection, String sql, long... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, parameters);
            return statement.executeUpdate();
        }
    }

    /** The first column, row by row. */
    static List<Long> numbers(Connection connection, String sql, long... parameters) throws SQLException {
        List<Long> found = new ArrayList<>();
        for (String text : texts(connection, sql, parameters)) {
            found.add(Long.parseLong(text));
        }
        return found;
    }

    /** The first column, row by row. */
    static List<String> texts(Connection connection, String sql, long... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, parameters);
            try (ResultSet rows = statement.executeQuery()) {
                List<String> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
                return found;
            }
        }
    }

    private static void set(PreparedStatement statement, long... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setLong(i + 1, parameters[i]);
        }
    }
}

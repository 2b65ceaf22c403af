package io.understudy.capture;

import io.understudy.backend.LongText;
import io.understudy.backend.Pipeline;
import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.log.LoggedStatement.Parameter;
import io.understudy.wire.ErrorFields;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stands for the proxy's raw connection: the same statements over JDBC. Parameters must be used once each, in order. */
final class JdbcQueries implements Queries {
    private final Connection connection;

    JdbcQueries(Connection connection) {
        this.connection = connection;
    }

    @Override
    public List<@Nullable String[]> query(String sql, @Nullable String... parameters) throws ServerError {
        List<@Nullable String[]> rows = new ArrayList<>();
        run(sql, parameters, rows, 0);
        return rows;
    }

    private long run(String sql, @Nullable String[] parameters, List<@Nullable String[]> rows, int place)
            throws ServerError {
        try (PreparedStatement s = connection.prepareStatement(sql.replaceAll("\\$\\d+", "?"))) {
            for (int i = 0; i < parameters.length; i++) {
                s.setObject(i + 1, parameters[i], Types.OTHER);
            }
            if (!s.execute()) {
                return s.getUpdateCount();
            }
            try (ResultSet r = s.getResultSet()) {
                while (r.next()) {
                    @Nullable String[] row = new String[r.getMetaData().getColumnCount()];
                    for (int i = 0; i < row.length; i++) {
                        row[i] = r.getString(i + 1);
                    }
                    rows.add(row);
                }
            }
            return rows.size();
        } catch (SQLException e) {
            throw new ServerError(
                    ErrorFields.error(
                            e.getSQLState() == null ? "XX000" : e.getSQLState(), String.valueOf(e.getMessage()), ""),
                    place);
        }
    }

    @Override
    public long stream(String sql, List<LongText> parameters) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Pipeline pipeline() {
        return new Pipeline() {
            private final List<String> sqls = new ArrayList<>();
            private final List<@Nullable String[]> parameters = new ArrayList<>();

            @Override
            public Pipeline add(String sql, @Nullable String... values) {
                sqls.add(sql);
                parameters.add(values);
                return this;
            }

            @Override
            public Pipeline add(String sql, List<Parameter> values) {
                throw new UnsupportedOperationException();
            }

            @Override
            public int size() {
                return sqls.size();
            }

            @Override
            public long[] run() throws ServerError {
                long[] counts = new long[sqls.size()];
                for (int i = 0; i < counts.length; i++) {
                    counts[i] = JdbcQueries.this.run(sqls.get(i), parameters.get(i), new ArrayList<>(), i);
                }
                sqls.clear();
                parameters.clear();
                return counts;
            }
        };
    }
}

package io.understudy.demo.torture;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/** One connection, with a record of what was sent over it. Used by one thread. */
final class Client implements AutoCloseable {
    private static final int RECORDED_CHARS_MAX = 2_000;

    private final Connection connection;
    private final Transcript transcript;

    Client(Connection connection, Transcript transcript) {
        this.connection = connection;
        this.transcript = transcript;
    }

    /** Runs it, as one simple query if the client's protocol is the simple one. */
    void run(String sql) throws SQLException {
        transcript.sent(shortened(sql));
        try (Statement statement = connection.createStatement()) {
            boolean rows = statement.execute(sql);
            while (rows || statement.getUpdateCount() >= 0) {
                rows = statement.getMoreResults();
            }
            transcript.answered("ok");
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Runs it with its parameters. */
    void run(Sql sql) throws SQLException {
        if (sql.parameters().isEmpty()) {
            run(sql.text());
            return;
        }
        transcript.sent(shortened(sql.text() + " -- " + sql.parameters()));
        try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
            bind(statement, sql);
            statement.execute();
            transcript.answered("ok " + statement.getUpdateCount());
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Runs statements of the same text in one go. */
    void batch(List<Sql> same) throws SQLException {
        transcript.sent(
                "batch of " + same.size() + ": " + shortened(same.getFirst().text()));
        try (PreparedStatement statement =
                connection.prepareStatement(same.getFirst().text())) {
            for (Sql one : same) {
                bind(statement, one);
                statement.addBatch();
            }
            statement.executeBatch();
            transcript.answered("ok");
        } catch (SQLException e) {
            throw failed(e.getNextException() == null ? e : e.getNextException());
        }
    }

    /** The first column of what it gives. */
    List<String> ask(String sql) throws SQLException {
        transcript.sent(shortened(sql));
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(String.valueOf(rows.getString(1)));
            }
            transcript.answered("rows " + values.size());
            return values;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    void copyIn(String sql, String data) throws SQLException {
        transcript.sent(sql + " -- " + shortened(data));
        try {
            connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, new StringReader(data));
            transcript.answered("ok");
        } catch (SQLException e) {
            throw failed(e);
        } catch (IOException e) {
            throw new SQLException("COPY was cut off", "08006", e);
        }
    }

    void copyOut(String sql) throws SQLException {
        transcript.sent(sql);
        try {
            connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, new ByteArrayOutputStream());
            transcript.answered("ok");
        } catch (SQLException e) {
            throw failed(e);
        } catch (IOException e) {
            throw new SQLException("COPY was cut off", "08006", e);
        }
    }

    private SQLException failed(SQLException e) {
        transcript.answered(e.getSQLState() + " " + e.getMessage());
        return e;
    }

    private static void bind(PreparedStatement statement, Sql sql) throws SQLException {
        int place = 1;
        for (Sql.Parameter p : sql.parameters()) {
            switch (p.binding()) {
                case INT -> statement.setInt(place, Integer.parseInt(p.text()));
                case LONG -> statement.setLong(place, Long.parseLong(p.text()));
                case UNTYPED -> statement.setObject(place, p.text(), Types.OTHER);
            }
            place++;
        }
    }

    private static String shortened(String text) {
        return text.length() <= RECORDED_CHARS_MAX ? text : text.substring(0, RECORDED_CHARS_MAX) + "…";
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

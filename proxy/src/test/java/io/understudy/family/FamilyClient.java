package io.understudy.family;

import io.understudy.family.Script.Act;
import io.understudy.family.Script.CopyIn;
import io.understudy.family.Script.CopyOut;
import io.understudy.family.Script.Statement;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** One connection that runs scripts. Used by one thread. */
final class FamilyClient implements AutoCloseable {
    private static final Set<String> AGAIN = Set.of("40001", "40P01");
    private static final Pattern REPEAT = Pattern.compile("\\{repeat (\\d+) ([^}]*)}");
    private static final int TRIES_MAX = 200;

    private final Connection connection;
    private final int number;

    /** @param number {client} in scripts */
    FamilyClient(Connection connection, int number, String schema) throws SQLException {
        this.connection = connection;
        this.number = number;
        execute("set search_path to " + schema + ", public");
    }

    /** Runs a script once; a transaction of it again if the server says that it should be. @param lost SQLSTATEs that end it without being a fault */
    void run(List<Act> script, int round, Set<String> lost) throws SQLException {
        int begin = 0;
        for (int tries = 1; ; tries++) {
            Act at = null;
            try {
                for (int i = begin; i < script.size(); i++) {
                    at = script.get(i);
                    run(at, round);
                    if (outsideTransaction()) {
                        begin = i + 1;
                    }
                }
                return;
            } catch (SQLException e) {
                rollback(e);
                String state = String.valueOf(e.getSQLState());
                if (lost.contains(state)) {
                    return;
                }
                if (!AGAIN.contains(state) || tries == TRIES_MAX) {
                    throw new SQLException(
                            "client " + number + ", round " + round + ", " + at + ": " + e.getMessage(), state, e);
                }
            }
        }
    }

    private boolean outsideTransaction() throws SQLException {
        return connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.IDLE;
    }

    private void rollback(SQLException why) throws SQLException {
        try {
            execute("rollback");
        } catch (SQLException e) {
            why.addSuppressed(e);
            throw why;
        }
    }

    private void run(Act act, int round) throws SQLException {
        String sql = filled(act.sql(), round);
        switch (act) {
            case Statement s -> expecting(s.error(), () -> statement(sql, s.parameters(), round));
            case CopyIn c ->
                expecting(c.error(), () -> copyIn(sql, filled(c.data(), round).getBytes(StandardCharsets.UTF_8)));
            case CopyOut c -> {
                byte[] data = copyOut(sql);
                if (!c.into().isEmpty()) {
                    copyIn(filled(c.into(), round), data);
                }
            }
        }
    }

    private interface Step {
        void run() throws SQLException;
    }

    private static void expecting(String error, Step step) throws SQLException {
        try {
            step.run();
        } catch (SQLException e) {
            if (!error.isEmpty() && error.equals(e.getSQLState())) {
                return;
            }
            throw e;
        }
        if (!error.isEmpty()) {
            throw new SQLException("it did not fail with " + error);
        }
    }

    /** Runs what a client types, as one query string if that is how this client speaks. */
    void execute(String sql) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            boolean rows = statement.execute(sql);
            while (rows || statement.getUpdateCount() >= 0) {
                rows = statement.getMoreResults();
            }
        }
    }

    private void statement(String sql, List<String> parameters, int round) throws SQLException {
        if (parameters.isEmpty()) {
            execute(sql);
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.size(); i++) {
                bind(statement, i + 1, filled(parameters.get(i), round));
            }
            statement.execute();
        }
    }

    private static void bind(PreparedStatement statement, int place, String parameter) throws SQLException {
        String[] typed = parameter.split(" ", 2);
        String value = typed.length == 2 ? typed[1] : "";
        switch (typed[0]) {
            case "int4" -> statement.setInt(place, Integer.parseInt(value));
            case "int8" -> statement.setLong(place, Long.parseLong(value));
            case "float8" -> statement.setDouble(place, Double.parseDouble(value));
            case "numeric" -> statement.setBigDecimal(place, new BigDecimal(value));
            case "bool" -> statement.setBoolean(place, Boolean.parseBoolean(value));
            case "uuid" -> statement.setObject(place, UUID.fromString(value));
            case "bytea" -> statement.setBytes(place, HexFormat.of().parseHex(value));
            case "text" -> statement.setString(place, value);
            case "null" -> statement.setNull(place, Types.OTHER);
            // of whatever type the server finds
            case "any" -> statement.setObject(place, value, Types.OTHER);
            default -> throw new IllegalArgumentException("no such type of parameter: " + parameter);
        }
    }

    private void copyIn(String sql, byte[] data) throws SQLException {
        try {
            copies().copyIn(sql, new ByteArrayInputStream(data));
        } catch (IOException e) {
            throw new SQLException("COPY was cut off", "08006", e);
        }
    }

    private byte[] copyOut(String sql) throws SQLException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        try {
            copies().copyOut(sql, data);
        } catch (IOException e) {
            throw new SQLException("COPY was cut off", "08006", e);
        }
        return data.toByteArray();
    }

    private CopyManager copies() throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }

    private String filled(String text, int round) {
        String filled = text.replace("{client}", String.valueOf(number)).replace("{i}", String.valueOf(round));
        return REPEAT.matcher(filled)
                .replaceAll(match -> IntStream.rangeClosed(1, Integer.parseInt(match.group(1)))
                        .mapToObj(n -> match.group(2).replace("#", String.valueOf(n)))
                        .collect(Collectors.joining(", ")));
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

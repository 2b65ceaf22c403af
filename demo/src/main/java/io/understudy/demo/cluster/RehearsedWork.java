package io.understudy.demo.cluster;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;

/** What clients do in a {@link Rehearsal}: short transactions most of all, by the extended and the simple protocol, and a little of everything else. */
final class RehearsedWork {
    private static final int CLIENTS = 6;
    private static final int ROWS = 1000;
    private static final int COPIED_ROWS = 200;

    /** One in so many rounds has what is rarer. */
    private static final int RARELY = 40;

    private RehearsedWork() {}

    /** Half of the clients through that node, half through the others. */
    static void run(LocalCluster cluster, LocalNode most, Duration length) throws IOException, SQLException {
        try (Connection connection = connect(cluster, most, "extended");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS rehearsal, rehearsal_log");
            statement.execute("CREATE TABLE rehearsal (id int PRIMARY KEY, name text, amount numeric DEFAULT 0)");
            statement.execute("CREATE TABLE rehearsal_log (id bigserial, of int, at timestamptz DEFAULT now())");
            statement.execute("INSERT INTO rehearsal SELECT i, 'n' || i FROM generate_series(1, " + ROWS + ") i");
        }
        long end = System.nanoTime() + length.toNanos();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                LocalNode node = i % 2 == 0
                        ? most
                        : cluster.nodes().get(i % cluster.nodes().size());
                running.add(clients.submit(() -> {
                    try (Connection connection = connect(cluster, node, number < 2 ? "simple" : "extended")) {
                        for (int round = number; System.nanoTime() < end; round += CLIENTS) {
                            round(connection, round);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static void round(Connection connection, int round) throws SQLException, IOException {
        int id = 1 + round * 7 % ROWS;
        connection.setAutoCommit(false);
        update(connection, "UPDATE rehearsal SET amount = amount + ? WHERE id = ?", round, id);
        read(connection, "SELECT amount FROM rehearsal WHERE id = ?", id);
        update(connection, "INSERT INTO rehearsal_log (of) VALUES (?)", id);
        connection.commit();
        connection.setAutoCommit(true);
        for (int i = 0; i < 4; i++) {
            read(connection, "SELECT name, amount FROM rehearsal WHERE id = ?", 1 + (id + i) % ROWS);
        }
        update(connection, "UPDATE rehearsal SET name = 'm' || ? WHERE id = ?", round, id);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT count(*) FROM rehearsal_log WHERE of = " + id);
            if (round % RARELY < CLIENTS) {
                statement.execute("SET statement_timeout = '1min'");
                statement.execute("SELECT count(*), max(at) FROM rehearsal_log l JOIN rehearsal r ON r.id = l.of"
                        + " WHERE r.name LIKE 'n%' GROUP BY r.name ORDER BY 1 LIMIT 3");
                statement.execute("INSERT INTO rehearsal_log (of) SELECT id FROM rehearsal WHERE id < 50");
                statement.execute("DELETE FROM rehearsal_log WHERE of = " + id);
                StringBuilder rows = new StringBuilder();
                for (int i = 0; i < COPIED_ROWS; i++) {
                    rows.append(i).append('\n');
                }
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("COPY rehearsal_log (of) FROM STDIN", new StringReader(rows.toString()));
            }
        }
    }

    private static void update(Connection connection, String sql, int... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, parameters)) {
            statement.executeUpdate();
        }
    }

    private static void read(Connection connection, String sql, int... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, parameters);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                rows.getString(1);
            }
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, int... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setInt(i + 1, parameters[i]);
        }
        return statement;
    }

    private static Connection connect(LocalCluster cluster, LocalNode node, String mode) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + node.host() + ":" + node.clientPort() + "/postgres?prepareThreshold=1"
                        + "&preferQueryMode=" + mode,
                "postgres",
                cluster.password());
    }
}

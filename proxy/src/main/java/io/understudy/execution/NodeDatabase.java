package io.understudy.execution;

import io.understudy.capture.SequenceReading;
import io.understudy.log.SequencePosition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** What the node asks its own PostgreSQL about clients' backends. Safe for use by many threads. */
public final class NodeDatabase {
    private static final Duration SETTLE_MAX = Duration.ofSeconds(10);

    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private final DataSource source;

    public NodeDatabase(DataSource source) {
        this.source = source;
    }

    /** One that does not wait for ever for a server whose time stands still. */
    private Connection connection() throws SQLException {
        Connection c = source.getConnection();
        try {
            c.setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER_MAX.toMillis()));
            return c;
        } catch (SQLException e) {
            c.close();
            throw e;
        }
    }

    /** Asks that a backend end; does not wait for it. */
    public void terminate(int pid) throws SQLException {
        if (pid == 0) {
            return;
        }
        try (Connection c = connection();
                PreparedStatement s = c.prepareStatement("SELECT pg_terminate_backend(?)")) {
            s.setInt(1, pid);
            s.execute();
        }
    }

    /** Where every permanent sequence stands. */
    public List<SequenceReading> sequences() throws SQLException {
        List<SequenceReading> found = new ArrayList<>();
        try (Connection c = connection();
                PreparedStatement s = c.prepareStatement("SELECT * FROM understudy.positions(true, '{}')");
                ResultSet r = s.executeQuery()) {
            while (r.next()) {
                SequencePosition position = new SequencePosition(
                        r.getString("schema"), r.getString("name"), r.getLong("value"), r.getBoolean("called"));
                found.add(new SequenceReading(
                        position,
                        r.getLong("step"),
                        r.getLong("least_value"),
                        r.getLong("greatest_value"),
                        r.getBoolean("cycle")));
            }
        }
        return found;
    }

    /** How a local transaction ended. */
    enum Ending {
        COMMITTED,
        ABORTED
    }

    /**
     * Ends a backend and waits until the transaction it had is over.
     *
     * @throws SQLException if the server does not answer, or the transaction does not end in time
     */
    Ending end(int pid, long xid) throws SQLException {
        terminate(pid);
        long deadline = System.nanoTime() + SETTLE_MAX.toNanos();
        try (Connection c = connection();
                PreparedStatement s = c.prepareStatement("SELECT pg_xact_status(?::xid8)")) {
            while (true) {
                s.setString(1, Long.toUnsignedString(xid));
                try (ResultSet r = s.executeQuery()) {
                    r.next();
                    String status = r.getString(1);
                    if ("committed".equals(status)) {
                        return Ending.COMMITTED;
                    }
                    if (!"in progress".equals(status)) {
                        return Ending.ABORTED;
                    }
                }
                if (System.nanoTime() > deadline) {
                    throw new SQLException("transaction " + Long.toUnsignedString(xid) + " does not end");
                }
                Thread.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", e);
        }
    }
}

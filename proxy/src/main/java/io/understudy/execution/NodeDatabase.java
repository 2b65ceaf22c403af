package io.understudy.execution;

import io.understudy.capture.RoleLine;
import io.understudy.capture.SequenceReading;
import io.understudy.log.SequencePosition;
import io.understudy.replay.LeftOver;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/** What the node asks its own PostgreSQL about clients' backends. Safe for use by many threads. */
public final class NodeDatabase {
    private static final Duration SETTLE_MAX = Duration.ofSeconds(10);

    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private static final int UNDO_LOCK_MILLIS = 300;

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

    private static void pause() throws SQLException {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", e);
        }
    }

    /** Statements outside of transactions that have come to their end before that one of them, and have no entry here yet. */
    Set<UUID> finishedOutside(long before) throws SQLException {
        Set<UUID> finished = new HashSet<>();
        try (Connection c = connection();
                PreparedStatement s = c.prepareStatement("SELECT id FROM understudy.outside WHERE finished < ?")) {
            s.setLong(1, before);
            try (ResultSet r = s.executeQuery()) {
                while (r.next()) {
                    finished.add(r.getObject(1, UUID.class));
                }
            }
        }
        return finished;
    }

    /** Which of the statements outside of transactions it was to come to its end; 0 if it did not. */
    long orderOutside(UUID id) throws SQLException {
        try (Connection c = connection();
                PreparedStatement s = c.prepareStatement("SELECT finished FROM understudy.outside WHERE id = ?")) {
            s.setObject(1, id);
            try (ResultSet r = s.executeQuery()) {
                return r.next() ? r.getLong(1) : 0;
            }
        }
    }

    /** Puts back what was before a statement outside of transactions. @throws SQLException also if it would have to wait for others: nobody is to queue behind it */
    void undoOutside(UUID id) throws SQLException {
        try (Connection c = source.getConnection();
                Statement settings = c.createStatement();
                PreparedStatement left = c.prepareStatement("SELECT understudy.outside_left(?)");
                PreparedStatement s = c.prepareStatement("SELECT understudy.outside_undo(?)")) {
            settings.execute("SET lock_timeout = " + UNDO_LOCK_MILLIS);
            try {
                left.setObject(1, id);
                left.execute();
                s.setObject(1, id);
                s.execute();
            } finally {
                settings.execute("RESET lock_timeout");
            }
        }
    }

    /** What is so of roles, as everybody sees it. */
    List<RoleLine> roles() throws SQLException {
        List<RoleLine> lines = new ArrayList<>();
        try (Connection c = connection();
                PreparedStatement s = c.prepareStatement("SELECT r.place, r.role::bigint, r.present, r.absent"
                        + " FROM understudy.secret s, understudy.role_lines(s.value) r ORDER BY r.place, r.present");
                ResultSet r = s.executeQuery()) {
            while (r.next()) {
                lines.add(new RoleLine(r.getInt(1), r.getLong(2), r.getString(3), r.getString(4)));
            }
        }
        return lines;
    }

    /** How a local transaction ended. */
    enum Ending {
        COMMITTED,
        ABORTED
    }

    /** Rolls back a prepared transaction, if there is one of that name. */
    void rollbackPrepared(String name) throws SQLException {
        long deadline = System.nanoTime() + SETTLE_MAX.toNanos();
        try (Connection c = connection();
                Statement s = c.createStatement()) {
            while (true) {
                try {
                    s.execute("ROLLBACK PREPARED '" + name + "'");
                    return;
                } catch (SQLException e) {
                    if (LeftOver.NO_SUCH_NAME.equals(e.getSQLState())) {
                        return;
                    }
                    if (!LeftOver.BUSY.equals(e.getSQLState()) || System.nanoTime() > deadline) {
                        throw e;
                    }
                }
                pause();
            }
        }
    }

    /**
     * Ends a backend and waits until the transaction it had is over.
     *
     * @param prepared the name of its transaction if that is prepared. It is not committed here: if the server has crashed, those before it may be lost.
     * @throws SQLException if the server does not answer, or the transaction does not end in time
     */
    Ending end(int pid, long xid, Optional<String> prepared) throws SQLException {
        terminate(pid);
        if (prepared.isPresent()) {
            rollbackPrepared(prepared.get());
        }
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
                pause();
            }
        }
    }
}

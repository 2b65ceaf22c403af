package io.understudy.capture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The rows that say which entries a database has. */
public final class Applied {
    /** One parameter: the index. Runs on the connection of the transaction itself, as any role, last before its COMMIT. */
    public static final String INSERT = "INSERT INTO understudy.applied(idx) VALUES ($1)";

    private static final String READ = "SELECT DISTINCT idx, xid::text, by = 'understudy_apply' FROM understudy.applied"
            + " WHERE idx <= ? ORDER BY idx DESC, 3 DESC";
    private static final int FETCH_SIZE = 100;

    private Applied() {}

    /** What the log says. */
    @FunctionalInterface
    public interface Log {
        /** Whether the valid entry at that index is a transaction of that id (xid8, unsigned) of this server. */
        boolean matches(long index, long xid);
    }

    /**
     * The applied index: the highest one with a row that counts; clients may have put in rows that do not.
     *
     * @param last last index the log has; higher rows are no one's
     * @return 0 if nothing has been applied
     */
    public static long read(Connection node, long last, Log log) throws SQLException {
        boolean autoCommit = node.getAutoCommit();
        node.setAutoCommit(false);
        try (PreparedStatement s = node.prepareStatement(READ)) {
            s.setFetchSize(FETCH_SIZE);
            s.setLong(1, last);
            try (ResultSet r = s.executeQuery()) {
                while (r.next()) {
                    long index = r.getLong(1);
                    if (r.getBoolean(3) || log.matches(index, Long.parseUnsignedLong(r.getString(2)))) {
                        return index;
                    }
                }
                return 0;
            }
        } finally {
            node.rollback();
            node.setAutoCommit(autoCommit);
        }
    }

    /**
     * Forgets rows below an index; the one at it must exist and count.
     *
     * @return how many went
     */
    public static int prune(Connection node, long below) throws SQLException {
        try (PreparedStatement s = node.prepareStatement("DELETE FROM understudy.applied WHERE idx < ?")) {
            s.setLong(1, below);
            return s.executeUpdate();
        }
    }
}

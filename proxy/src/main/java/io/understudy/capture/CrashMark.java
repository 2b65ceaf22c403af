package io.understudy.capture;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/**
 * A row in an unlogged table, written when a node opens as master: gone after a crash of its PostgreSQL, when transaction ids may be given a second time.
 */
public final class CrashMark {
    private static final String PRESENT = "SELECT understudy.marked($1)";

    private CrashMark() {}

    /** Writes this process's mark through the node's connection (autocommit), in place of any older one. */
    public static void write(Connection node, UUID process) throws SQLException {
        try (Statement delete = node.createStatement();
                PreparedStatement insert = node.prepareStatement("INSERT INTO understudy.mark(process) VALUES (?)")) {
            delete.execute("DELETE FROM understudy.mark");
            insert.setString(1, process.toString());
            insert.executeUpdate();
        }
    }

    /** Whether no crash happened since {@link #write}; to be asked on every new connection. */
    public static boolean present(Queries connection, UUID process) throws IOException, ServerError {
        return "t".equals(connection.query(PRESENT, process.toString()).getFirst()[0]);
    }
}

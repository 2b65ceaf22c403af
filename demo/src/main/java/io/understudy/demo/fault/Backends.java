package io.understudy.demo.fault;

import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What can be done to the processes that a PostgreSQL server has for its clients, here the node's proxy. */
final class Backends {
    private static final String OTHERS =
            " from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()";

    private Backends() {}

    /** Ends all of them, as an administrator would. */
    static void terminate(Scene scene, LocalNode node) throws SQLException {
        try (Connection connection = Contents.connect(scene.cluster(), node);
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_terminate_backend(pid)" + OTHERS);
        }
    }

    /** Kills one: the server ends all others and recovers from its log. */
    static void crash(Scene scene, LocalNode node) throws SQLException, IOException {
        long pid;
        try (Connection connection = Contents.connect(scene.cluster(), node);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select pid" + OTHERS + " order by state <> 'idle' desc")) {
            if (!found.next()) {
                throw new IOException("the PostgreSQL server of " + node.name() + " has no client");
            }
            pid = found.getLong(1);
        }
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
}

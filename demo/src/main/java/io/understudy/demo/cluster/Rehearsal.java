package io.understudy.demo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.embedded.Directories;
import io.understudy.embedded.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * Makes proxies start in half the processor time: runs a node once, on a throw-away cluster, with a little of everything, and has the JVM write what it has loaded
 * and linked by then into a cache (JDK 25's AOT cache) that later proxies are started from. A cache that does not fit the JDK or the jars is ignored by the JVM.
 */
final class Rehearsal {
    /** Writing the cache takes some ten seconds of processor time, on a busy machine many more. */
    private static final Duration WRITE_LIMIT = Duration.ofMinutes(3);

    private static final int PORT_ATTEMPTS = 100;
    private static final int PREPARED_RUNS = 8;

    private Rehearsal() {}

    /**
     * Writes the cache.
     *
     * @param cache replaced when the new one is complete
     */
    static void run(Path cache) throws IOException {
        Path directory = Files.createTempDirectory("understudy-rehearsal-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path unfinished = cache.resolveSibling(
                cache.getFileName() + "." + ProcessHandle.current().pid());
        try {
            LocalCluster cluster = LocalCluster.create(directory, 1, port(), ProxyLaunch.recording(unfinished));
            try {
                cluster.start(line -> {});
                play(cluster);
                cluster.node(1).stopProxy(WRITE_LIMIT);
            } finally {
                cluster.stop();
            }
            if (!Files.exists(unfinished)) {
                throw new IOException(
                        "the JVM wrote no cache:\n" + cluster.node(1).proxyLogTail());
            }
            Files.move(unfinished, cache, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (SQLException e) {
            throw new IOException(e);
        } finally {
            Files.deleteIfExists(unfinished);
            Files.deleteIfExists(unfinished.resolveSibling(unfinished.getFileName() + ".config"));
            Directories.delete(directory);
        }
    }

    private static void play(LocalCluster cluster) throws IOException, SQLException {
        String url = "jdbc:postgresql://127.0.0.1:" + cluster.node(1).clientPort() + "/postgres";
        try (Connection connection = DriverManager.getConnection(url, "postgres", cluster.password());
                Statement statement = connection.createStatement()) {
            for (String sql : List.of(
                    "CREATE TABLE rehearsal (id bigserial PRIMARY KEY, name text, at timestamptz DEFAULT now())",
                    "INSERT INTO rehearsal (name) SELECT 'n' || i FROM generate_series(1, 10) i",
                    "SELECT count(*), max(at) FROM rehearsal r WHERE name LIKE 'n%' GROUP BY name ORDER BY 1 LIMIT 3",
                    "DELETE FROM rehearsal WHERE id > 9")) {
                statement.execute(sql);
            }
            connection.setAutoCommit(false);
            for (int i = 1; i <= PREPARED_RUNS; i++) {
                try (PreparedStatement update =
                        connection.prepareStatement("UPDATE rehearsal SET name = ? WHERE id = ?")) {
                    update.setString(1, "m" + i);
                    update.setLong(2, i);
                    update.executeUpdate();
                }
                connection.commit();
            }
        }
        JsonNode status = cluster.status();
        if (status.path("lastIndex").asLong() == 0) {
            throw new IOException("the rehearsal wrote nothing: " + status);
        }
    }

    private static int port() throws IOException {
        for (int i = 0; i < PORT_ATTEMPTS; i++) {
            int port = FreePorts.one();
            if (port + 1000 < 65536 && FreePorts.isFree(port + 1000)) {
                return port;
            }
        }
        throw new IOException("no free ports");
    }
}

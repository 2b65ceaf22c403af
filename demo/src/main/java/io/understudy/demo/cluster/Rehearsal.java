package io.understudy.demo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.config.ConfigException;
import io.understudy.embedded.Directories;
import io.understudy.embedded.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Makes proxies start in half the processor time, and soon run fast: runs a node of a throw-away cluster once, with much of what it is for, and has the JVM write what it
 * has loaded and linked by then, and how often each method was run (JEP 515), into a cache (JDK 25's AOT cache) that later proxies are started from. A cache that does
 * not fit the JDK or the jars is ignored by the JVM.
 */
final class Rehearsal {
    /** Writing the cache takes some ten seconds of processor time, on a busy machine many more. */
    private static final Duration WRITE_LIMIT = Duration.ofMinutes(3);

    private static final int PORT_ATTEMPTS = 100;
    private static final int NODES = 3;
    private static final Duration MASTER_LIMIT = Duration.ofSeconds(20);

    /** How long the node plays each of its two parts. */
    private static final Duration ACT = Duration.ofSeconds(6);

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
            LocalCluster cluster = LocalCluster.create(directory, NODES, port(), ProxyLaunch.likeThisProcess());
            LocalNode recorded = cluster.node(1);
            try {
                cluster.start(line -> {});
                recorded.stopProxy();
                recorded.startProxy(ProxyLaunch.recording(unfinished));
                play(cluster, recorded);
                recorded.stopProxy(WRITE_LIMIT);
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

    /** With the node as a replica, which it is when it has just been started again, then as the master. */
    private static void play(LocalCluster cluster, LocalNode recorded) throws IOException, SQLException {
        RehearsedWork.run(cluster, recorded, ACT);
        Await.within(MASTER_LIMIT, () -> becomesMaster(cluster, recorded));
        RehearsedWork.run(cluster, recorded, ACT);
        JsonNode status = cluster.status();
        if (status.path("lastIndex").asLong() == 0) {
            throw new IOException("the rehearsal wrote nothing: " + status);
        }
    }

    private static boolean becomesMaster(LocalCluster cluster, LocalNode node) throws IOException {
        if (cluster.status().path("master").asText().equals(node.name())) {
            return true;
        }
        try (AdminClient client = AdminClient.ofCluster(cluster.directory())) {
            client.post("/api/v1/switchover?target=" + node.name());
            return true;
        } catch (ConfigException e) {
            throw new IOException(e.getMessage(), e);
        } catch (IOException e) {
            return false; // it has not settled since it was started again
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

package io.understudy.demo.cluster;

import io.understudy.embedded.Directories;
import io.understudy.embedded.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/** A running cluster of real PostgreSQL servers behind {@link StubNode}s. */
public final class StubCluster implements AutoCloseable {
    private final LocalCluster cluster;

    private StubCluster(LocalCluster cluster) {
        this.cluster = cluster;
    }

    public static StubCluster start(int nodes) throws IOException {
        Path directory = Files.createTempDirectory("understudy-stub-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        LocalCluster cluster =
                LocalCluster.create(directory, nodes, freePort(), ProxyLaunch.of(StubNode.class.getName()));
        cluster.start(line -> {});
        return new StubCluster(cluster);
    }

    public LocalCluster cluster() {
        return cluster;
    }

    @Override
    public void close() throws IOException {
        cluster.stop();
        Directories.delete(cluster.directory());
    }

    /** Free, as is the port 1000 above it, and those after them for a few nodes. */
    public static int freePort() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = FreePorts.one();
            if (Stream.of(0, 1, 2, 1000, 1001, 1002).allMatch(offset -> FreePorts.isFree(port + offset))) {
                return port;
            }
        }
        throw new IOException("no free ports");
    }
}

package io.understudy.demo.driver;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.cluster.ProxyLaunch;
import io.understudy.demo.cluster.StubCluster;
import io.understudy.embedded.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Three nodes as processes of their own, for one test class; closing ends and deletes everything. */
public class RunningCluster implements AutoCloseable {
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(90);

    private final Path directory;
    private final LocalCluster cluster;

    private RunningCluster(Path directory, LocalCluster cluster) {
        this.directory = directory;
        this.cluster = cluster;
    }

    public static RunningCluster start() throws IOException {
        return start(file -> {});
    }

    /** As usual; another class may have worked on it before, and another will after. It is clean, and no node is missing. */
    public static RunningCluster shared() throws IOException {
        RunningCluster shared = SharedCluster.borrow();
        return new RunningCluster(shared.directory, shared.cluster) {
            @Override
            public void close() throws IOException {
                SharedCluster.giveBack(shared);
            }
        };
    }

    /** Does something to a node's settings before it is started. */
    public interface Settings {
        void change(Path nodeYaml) throws IOException;
    }

    public static RunningCluster start(Settings settings) throws IOException {
        return start(settings, List.of());
    }

    /** With PostgreSQL servers of these versions. */
    public static RunningCluster start(Settings settings, List<Integer> majors) throws IOException {
        Path directory = Files.createTempDirectory("understudy-test-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        LocalCluster cluster =
                LocalCluster.create(directory, 3, StubCluster.freePort(), ProxyLaunch.likeThisProcess(), majors);
        RunningCluster running = new RunningCluster(directory, cluster);
        try {
            for (LocalNode node : cluster.nodes()) {
                settings.change(directory.resolve(node.name()).resolve("node.yaml"));
            }
            cluster.start(line -> {});
            running.awaitAllServing();
        } catch (IOException | RuntimeException e) {
            running.close();
            throw e;
        }
        return running;
    }

    public LocalCluster local() {
        return cluster;
    }

    /** Of all nodes. */
    String url() {
        return url(cluster.nodes());
    }

    /** For the driver, with user and password, of all nodes. */
    public String driverUrl() {
        return url();
    }

    /** Of some of the nodes. */
    String url(List<LocalNode> nodes) {
        return "jdbc:understudy://"
                + nodes.stream().map(n -> "127.0.0.1:" + n.clientPort()).collect(Collectors.joining(","))
                + "/postgres?user=postgres&password=" + cluster.password();
    }

    public LocalNode master() throws IOException {
        return cluster.node(words("role").indexOf("master") + 1);
    }

    public List<LocalNode> replicas() throws IOException {
        LocalNode master = master();
        return cluster.nodes().stream()
                .filter(n -> n.number() != master.number())
                .toList();
    }

    public void awaitAllServing() {
        List<String> serving = List.of("master", "replica", "reserved", "delayed", "witness");
        await().atMost(SETTLE_LIMIT).until(() -> serving.containsAll(words("state")));
    }

    private List<String> words(String field) throws IOException {
        List<String> words = new ArrayList<>();
        for (JsonNode node : cluster.status().path("nodes")) {
            words.add(node.path(field).asText());
        }
        return words;
    }

    @Override
    public void close() throws IOException {
        try {
            // Nodes may have been added and removed.
            LocalCluster.open(directory, ProxyLaunch.likeThisProcess()).stop();
        } finally {
            Directories.delete(directory);
        }
    }
}

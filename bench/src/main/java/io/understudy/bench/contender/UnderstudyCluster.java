package io.understudy.bench.contender;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.bench.load.Target;
import io.understudy.command.AdminClient;
import io.understudy.config.ConfigException;
import io.understudy.demo.cluster.Await;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.cluster.ProxyLaunch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** Understudy, as {@code bin/understudy cluster start} makes it, with settings as they are by default. Clients at the master's node unless said otherwise. */
public final class UnderstudyCluster implements Contender {
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(15);
    private static final Duration VERIFY_LIMIT = Duration.ofMinutes(20);
    private static final Duration QUIET = Duration.ofMinutes(2);

    private final LocalCluster cluster;
    private final Thread hook;

    private UnderstudyCluster(LocalCluster cluster) {
        this.cluster = cluster;
        this.hook = new Thread(this::abandon, "stop-cluster");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Makes one and starts it.
     *
     * @param port client port of the first node
     */
    public static UnderstudyCluster start(Path directory, int nodes, int port, Consumer<String> progress)
            throws IOException {
        LocalCluster cluster = LocalCluster.create(directory, nodes, port, ProxyLaunch.likeThisProcess());
        UnderstudyCluster started = new UnderstudyCluster(cluster);
        cluster.start(progress);
        started.awaitServing();
        return started;
    }

    @Override
    public String name() {
        return "Understudy";
    }

    @Override
    public Target target() {
        try {
            return target(master());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Clients' place at one node. */
    public Target target(LocalNode node) {
        return new Target(node.host(), node.clientPort(), cluster.password());
    }

    @Override
    public List<Target> servers() {
        return cluster.nodes().stream()
                .map(n -> new Target(n.host(), n.postgresPort(), cluster.password()))
                .toList();
    }

    @Override
    public String pool() {
        return "100 (pool-size), from each node to each server";
    }

    @Override
    public String remark() {
        return "commits in the servers are made with synchronous_commit=off: a majority of the nodes has the entry on disk (fsync) before";
    }

    public LocalNode master() throws IOException {
        return byRole("master").getFirst();
    }

    /** Nodes that are not master, by name. */
    public List<LocalNode> replicas() throws IOException {
        return byRole("replica");
    }

    public LocalCluster local() {
        return cluster;
    }

    public JsonNode status() throws IOException {
        return cluster.status();
    }

    /** The stages of its write transactions, as the master counts them, with names in lower case. */
    public JsonNode stages() throws IOException {
        try (AdminClient client = AdminClient.ofCluster(cluster.directory());
                AdminClient master = client.ofMaster()) {
            return master.status().path("stages");
        } catch (ConfigException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Entries that the node furthest behind has not applied. */
    public long lagEntries() throws IOException {
        long lag = 0;
        for (JsonNode node : status().path("nodes")) {
            lag = Math.max(lag, node.path("lagEntries").asLong());
        }
        return lag;
    }

    @Override
    public void settle() throws IOException {
        Await.until("all nodes to apply everything", SETTLE_LIMIT, this::level);
    }

    /** Returns when every node serves and one is master. */
    public void awaitServing() throws IOException {
        Await.until("every node to serve", QUIET, this::serving);
    }

    /** Whether every node serves and one is master. */
    public boolean serving() throws IOException {
        for (JsonNode node : status().path("nodes")) {
            String state = node.path("state").asText();
            if (!state.equals("master") && !state.equals("replica")) {
                return false;
            }
        }
        return !byRole("master").isEmpty();
    }

    /**
     * Compares all nodes, as {@code understudy verify} does.
     *
     * @return what it says
     * @throws IOException if they are not equal: then nothing counts that was measured
     */
    public String verify() throws IOException {
        settle();
        try (AdminClient client = AdminClient.ofCluster(cluster.directory());
                AdminClient master = client.ofMaster()) {
            String id = master.post("/api/v1/verify?rows=200000").path("id").asText();
            Instant giveUp = Instant.now().plus(VERIFY_LIMIT);
            JsonNode result = master.get("/api/v1/verify/" + id);
            while (result.path("state").asText().equals("running")) {
                if (Instant.now().isAfter(giveUp)) {
                    throw new IOException("verification did not end within " + VERIFY_LIMIT.toMinutes() + " min");
                }
                Thread.sleep(200);
                result = master.get("/api/v1/verify/" + id);
            }
            if (!result.path("state").asText().equals("equal")) {
                throw new IOException("the nodes are not equal, so nothing that was measured counts: " + result);
            }
            return "equal, " + result.path("tables").asInt() + " tables of "
                    + result.path("nodes").size() + " nodes at index "
                    + result.path("index").asLong();
        } catch (ConfigException e) {
            throw new IOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        cluster.stop();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending anyway.
        }
    }

    private void abandon() {
        try {
            cluster.stop();
        } catch (IOException e) {
            System.err.println("bench: " + cluster.directory() + " could not be stopped: " + e.getMessage());
        }
    }

    private boolean level() throws IOException {
        JsonNode status = status();
        for (JsonNode node : status.path("nodes")) {
            if (node.path("appliedIndex").asLong() != status.path("lastIndex").asLong()) {
                return false;
            }
        }
        return true;
    }

    private List<LocalNode> byRole(String role) throws IOException {
        JsonNode status = status();
        return cluster.nodes().stream()
                .filter(n -> {
                    for (JsonNode node : status.path("nodes")) {
                        if (node.path("name").asText().equals(n.name())) {
                            return node.path("role").asText().equals(role);
                        }
                    }
                    return false;
                })
                .sorted(Comparator.comparingInt(LocalNode::number))
                .toList();
    }
}

package io.understudy.demo.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.command.AdminClient;
import io.understudy.command.MembershipOrders;
import io.understudy.config.ConfigException;
import io.understudy.embedded.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/** Adds nodes to a local cluster that runs and removes them. Whatever an earlier order left half done is taken up by the next. */
public final class LocalMembers {
    private static final Duration VOTE_LIMIT = Duration.ofMinutes(10);
    private static final Duration END_LIMIT = Duration.ofSeconds(20);

    private final LocalCluster cluster;
    private final ProxyLaunch launch;
    private final Consumer<String> progress;

    /** @param progress gets a line now and then */
    public LocalMembers(LocalCluster cluster, ProxyLaunch launch, Consumer<String> progress) {
        this.cluster = cluster;
        this.launch = launch;
        this.progress = progress;
    }

    /** Makes one more node, starts it and adds it; the cluster with it when it has a vote. */
    public LocalCluster add() throws IOException {
        LocalCluster with = prepare();
        LocalNode node = with.nodes().getLast();
        try (AdminClient client = client()) {
            new MembershipOrders(client, progress).add(node.admin(), false, VOTE_LIMIT);
        }
        return with;
    }

    /** Makes one more node and starts it, and leaves it at that; the cluster's last node then. If there is one already that has no vote yet, it is that. */
    public LocalCluster prepare() throws IOException {
        LocalCluster with = waiting() ? cluster : create();
        LocalNode node = with.nodes().getLast();
        progress.accept("starting " + node.name());
        node.startPostgres();
        node.startProxy();
        return with;
    }

    private boolean waiting() throws IOException {
        return !voters().contains(cluster.nodes().getLast().name());
    }

    /** Makes one more node's files, and starts nothing; the cluster's last node then. */
    public LocalCluster create() throws IOException {
        Path directory = cluster.directory();
        ClusterPlan plan = ClusterPlan.read(directory).plus();
        ClusterPlan.NodePlan node = plan.nodes().getLast();
        Path half = directory.resolve(node.name());
        if (Files.exists(half)) {
            Directories.delete(half);
        }
        progress.accept("making " + node.name());
        LocalNode.create(node, directory, plan, cluster.password(), OptionalInt.empty(), true);
        plan.write(directory);
        return LocalCluster.open(directory, launch);
    }

    /** Removes a node and ends what is left of it; its files are in {@code removed-NAME} afterwards. */
    public LocalCluster remove(String name, boolean dryRun) throws IOException {
        Path directory = cluster.directory();
        try (AdminClient client = client()) {
            new MembershipOrders(client, progress).remove(name, dryRun);
        }
        if (dryRun) {
            return cluster;
        }
        for (LocalNode node : cluster.nodes()) {
            if (node.name().equals(name)) {
                end(node);
                ClusterPlan.read(directory).without(node.number()).write(directory);
                Path kept = directory.resolve("removed-" + name);
                if (Files.exists(kept)) {
                    Directories.delete(kept);
                }
                Files.move(directory.resolve(name), kept);
            }
        }
        return LocalCluster.open(directory, launch);
    }

    private void end(LocalNode node) throws IOException {
        if (!node.awaitEnd(END_LIMIT)) {
            progress.accept(node.name() + " does not end by itself; it is told to");
            node.stopProxy();
        }
        node.stopPostgres();
    }

    /** Names of the nodes that have a vote. */
    public Set<String> voters() throws IOException {
        try (AdminClient client = client()) {
            Set<String> names = new HashSet<>();
            for (JsonNode m : client.get("/api/v1/members").path("members")) {
                if (m.path("votes").asBoolean()) {
                    names.add(m.path("name").asText());
                }
            }
            return names;
        }
    }

    private AdminClient client() throws IOException {
        try {
            return AdminClient.ofCluster(cluster.directory());
        } catch (ConfigException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}

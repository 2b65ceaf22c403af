package io.understudy.demo.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.cluster.Place;
import io.understudy.demo.cluster.ProxyLaunch;
import io.understudy.demo.lab.Disks;
import io.understudy.demo.lab.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A cluster and the surroundings that can be broken.
 *
 * @param wires the network that its nodes are in, if they are in one of their own
 * @param disks that their directories are on, if they are on some of their own
 */
public record Scene(LocalCluster cluster, Optional<Network> wires, Optional<Disks> disks) implements AutoCloseable {

    /**
     * Makes what these kinds of faults need; starts nothing.
     *
     * @param directory does not exist or is empty
     * @param port client port of the first node
     */
    public static Scene make(Path directory, int nodes, int port, List<FaultKind> kinds) throws IOException {
        Optional<Network> network =
                kinds.stream().anyMatch(FaultKind::needsNetwork) ? Optional.of(Network.make(nodes)) : Optional.empty();
        try {
            LocalCluster cluster = LocalCluster.create(
                    directory,
                    nodes,
                    port,
                    ProxyLaunch.likeThisProcess(),
                    List.of(),
                    number -> network.map(n -> n.place(number)).orElse(Place.HERE));
            Optional<Disks> disks = kinds.stream().anyMatch(FaultKind::needsDisks)
                    ? Optional.of(Disks.make(directory, nodes))
                    : Optional.empty();
            return new Scene(cluster, network, disks);
        } catch (IOException | RuntimeException e) {
            network.ifPresent(Network::close);
            throw e;
        }
    }

    /** Ends every process, takes network and disks away, and leaves the files that were not on those; of them the logs, in {@code logs/}. */
    @Override
    public void close() throws IOException {
        try {
            calm();
        } finally {
            try {
                cluster.stop();
            } finally {
                wires.ifPresent(Network::close);
                if (disks.isPresent()) {
                    try (Disks away = disks.get()) {
                        away.keepLogs();
                    }
                }
            }
        }
    }

    /** The network; only for kinds that need one. */
    Network network() {
        return wires.orElseThrow(() -> new IllegalStateException("the nodes are not in a network of their own"));
    }

    /** The disks; only for kinds that need some. */
    Disks storage() {
        return disks.orElseThrow(() -> new IllegalStateException("the nodes are not on disks of their own"));
    }

    /** The numbers of the other nodes. */
    List<Integer> others(LocalNode node) {
        return cluster.nodes().stream()
                .map(LocalNode::number)
                .filter(n -> n != node.number())
                .toList();
    }

    boolean isMaster(int number) throws IOException {
        for (JsonNode node : cluster.status().path("nodes")) {
            if (node.path("name").asText().equals(cluster.node(number).name())) {
                return node.path("role").asText().equals("master");
            }
        }
        return false;
    }

    /** Takes every fault back: what is frozen goes on, what is cut off is joined, what has ended is started. */
    void undo() throws IOException {
        calm();
        cluster.revive();
    }

    /** The first half of it: nothing is held up any more, so that everything can be ended. */
    void calm() throws IOException {
        if (disks.isPresent()) {
            disks.get().heal();
        }
        if (wires.isPresent()) {
            wires.get().heal();
        }
        for (LocalNode node : cluster.nodes()) {
            node.thaw();
        }
    }
}

package io.understudy.demo.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.understudy.embedded.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who listens where; decided once, kept in {@code cluster.json}.
 *
 * @param nodes by number, from 1; numbers of nodes that were removed are missing
 */
record ClusterPlan(List<NodePlan> nodes) {
    private static final String FILE = "cluster.json";
    private static final int ADMIN_OFFSET = 1000;
    private static final int NODES_MAX = 100;

    ClusterPlan {
        nodes = List.copyOf(nodes);
    }

    /**
     * A node's ports.
     *
     * @param number from 1
     * @param place {@link Place#HERE} where the file says nothing
     */
    record NodePlan(
            int number,
            int clientPort,
            int adminPort,
            int postgresPort,
            int clusterPort,
            @Nullable Place place) {
        Place where() {
            return place == null ? Place.HERE : place;
        }

        String name() {
            return "node" + number;
        }
    }

    /**
     * Client and admin ports by the contract ({@code port + i - 1}, 1000 more for admin), the others free ones.
     *
     * @param count 1..100
     * @param places of a node by its number
     * @throws IOException if a port is in use
     */
    static ClusterPlan make(int count, int port, IntFunction<Place> places) throws IOException {
        if (count < 1 || count > NODES_MAX) {
            throw new IOException("the number of nodes must be from 1 to " + NODES_MAX + ", not " + count);
        }
        if (port < 1 || port + ADMIN_OFFSET + count > 65536) {
            throw new IOException("the port must be from 1 to " + (65536 - ADMIN_OFFSET - count) + ", not " + port);
        }
        Set<Integer> taken = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            taken.add(port + i);
            taken.add(port + ADMIN_OFFSET + i);
        }
        List<Integer> free = FreePorts.several(2 * count, taken);
        List<NodePlan> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(new NodePlan(
                    i + 1,
                    port + i,
                    port + ADMIN_OFFSET + i,
                    free.get(2 * i),
                    free.get(2 * i + 1),
                    places.apply(i + 1)));
        }
        for (int own : taken) {
            requireFree(own);
        }
        return new ClusterPlan(nodes);
    }

    /**
     * With one node more, of the next number.
     *
     * @throws IOException if a port is in use
     */
    ClusterPlan plus() throws IOException {
        NodePlan last = nodes.getLast();
        int clientPort = last.clientPort() + 1;
        int adminPort = last.adminPort() + 1;
        Set<Integer> taken = new TreeSet<>(List.of(clientPort, adminPort));
        nodes.forEach(n -> taken.addAll(List.of(n.clientPort(), n.adminPort(), n.postgresPort(), n.clusterPort())));
        List<Integer> free = FreePorts.several(2, taken);
        requireFree(clientPort);
        requireFree(adminPort);
        List<NodePlan> more = new ArrayList<>(nodes);
        more.add(new NodePlan(last.number() + 1, clientPort, adminPort, free.get(0), free.get(1), last.place()));
        return new ClusterPlan(more);
    }

    ClusterPlan without(int number) {
        return new ClusterPlan(nodes.stream().filter(n -> n.number() != number).toList());
    }

    static boolean existsIn(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    static ClusterPlan read(Path directory) throws IOException {
        if (!existsIn(directory)) {
            throw new IOException("no cluster in " + directory + " (no " + FILE + ")");
        }
        return new ObjectMapper().readValue(directory.resolve(FILE).toFile(), ClusterPlan.class);
    }

    void write(Path directory) throws IOException {
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(directory.resolve(FILE).toFile(), this);
    }

    private static void requireFree(int port) throws IOException {
        if (!FreePorts.isFree(port)) {
            throw new IOException("port " + port + " is in use; choose another one with --port");
        }
    }
}

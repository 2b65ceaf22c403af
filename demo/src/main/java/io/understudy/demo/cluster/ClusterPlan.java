package io.understudy.demo.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.understudy.embedded.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
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

    /** Where JGroups' FD_SOCK2 listens, seen from the cluster port: the first one that is free of those. */
    private static final int WATCHING_OFFSET = 100;

    private static final int WATCHING_PORTS = 4;

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
        Set<Integer> taken = new HashSet<>();
        for (int i = 0; i < count; i++) {
            taken.add(port + i);
            taken.add(port + ADMIN_OFFSET + i);
        }
        List<NodePlan> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(node(i + 1, port + i, port + ADMIN_OFFSET + i, taken, places.apply(i + 1)));
        }
        return new ClusterPlan(nodes);
    }

    private static NodePlan node(int number, int clientPort, int adminPort, Set<Integer> taken, @Nullable Place place)
            throws IOException {
        requireFree(clientPort);
        requireFree(adminPort);
        return new NodePlan(number, clientPort, adminPort, another(taken, 0), another(taken, WATCHING_PORTS), place);
    }

    /** A free port that is not among those taken, nor are, if any are wanted, so many ports from the one that JGroups' FD_SOCK2 prefers for it; those taken with them. */
    private static int another(Set<Integer> taken, int watching) throws IOException {
        while (true) {
            int port = FreePorts.one();
            List<Integer> all = IntStream.concat(
                            IntStream.of(port), IntStream.range(0, watching).map(i -> port + WATCHING_OFFSET + i))
                    .boxed()
                    .toList();
            if (Collections.disjoint(taken, all) && all.stream().allMatch(FreePorts::isFree)) {
                taken.addAll(all);
                return port;
            }
        }
    }

    private static Set<Integer> taken(List<NodePlan> nodes) {
        Set<Integer> taken = new HashSet<>();
        for (NodePlan n : nodes) {
            taken.addAll(List.of(n.clientPort(), n.adminPort(), n.postgresPort(), n.clusterPort()));
            IntStream.range(0, WATCHING_PORTS).forEach(i -> taken.add(n.clusterPort() + WATCHING_OFFSET + i));
        }
        return taken;
    }

    /**
     * With one node more, of the next number.
     *
     * @throws IOException if a port is in use
     */
    ClusterPlan plus() throws IOException {
        NodePlan last = nodes.getLast();
        Set<Integer> taken = taken(nodes);
        taken.addAll(List.of(last.clientPort() + 1, last.adminPort() + 1));
        List<NodePlan> more = new ArrayList<>(nodes);
        more.add(node(last.number() + 1, last.clientPort() + 1, last.adminPort() + 1, taken, last.place()));
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

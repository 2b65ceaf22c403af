package io.understudy.demo.lab;

import io.understudy.demo.cluster.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A network of namespaces: each node has one, and reaches the others and the clients, who stay outside, through one more that forwards. What is forwarded can be cut
 * off, lost and delayed, by direction. Not safe for use by several threads, except for {@link #close}.
 */
public final class Network implements AutoCloseable {
    private static final String PREFIX = "understudy-";
    private static final Path NAMESPACES = Path.of("/run/netns");
    /** Of 198.18.0.0/15, which is reserved for tests of networks. */
    private static final String RANGE = "198.18.";

    private static final int BLOCKS = 256;
    private static final int NODES_MAX = 60;
    private static final int DELAYED_TABLE = 77;
    private static final String DELAYING = "delay0";

    private final String name;
    private final String device;
    private final int block;
    private final int nodes;
    private final List<String> delayedRules = new ArrayList<>();
    private Optional<Process> delaying = Optional.empty();
    private boolean closed;

    private Network(int block, int nodes) {
        long pid = ProcessHandle.current().pid();
        this.name = PREFIX + pid + "-" + block + "-";
        this.device = "us" + pid + "b" + block;
        this.block = block;
        this.nodes = nodes;
    }

    /** Why there can be no such network here; empty if there can. */
    public static Optional<String> obstacle() {
        if (!Privilege.isRoot()) {
            return Optional.of("network faults need root, who alone makes network namespaces");
        }
        return Stream.of("ip", "nft", "nsenter")
                .filter(program -> !Shell.has(program))
                .findFirst()
                .map(program -> "network faults need the program " + program);
    }

    /**
     * Makes the network.
     *
     * @param nodes 1..60
     */
    public static Network make(int nodes) throws IOException {
        if (nodes < 1 || nodes > NODES_MAX) {
            throw new IllegalArgumentException("nodes must be 1 to " + NODES_MAX + ", not " + nodes);
        }
        removeLeftOver();
        String used = Shell.run("ip -o addr");
        int block = (int) (ProcessHandle.current().pid() % BLOCKS);
        while (used.contains(RANGE + block + ".")) {
            block = (block + 1) % BLOCKS;
        }
        Network network = new Network(block, nodes);
        try {
            network.build();
        } catch (IOException e) {
            network.close();
            throw e;
        }
        return network;
    }

    private void build() throws IOException {
        String hub = name + "hub";
        Shell.run("ip netns add " + hub);
        Shell.run("ip link add " + device + " type veth peer name clients netns " + hub);
        connect("", device, address(0, 1), hub, "clients", address(0, 2));
        Shell.run("ip route add " + RANGE + block + ".0/24 via " + address(0, 2));
        for (int n = 1; n <= nodes; n++) {
            String node = name + n;
            Shell.run("ip netns add " + node);
            Shell.run("ip -n " + node + " link set lo up");
            Shell.run("ip -n " + node + " link add eth0 type veth peer name n" + n + " netns " + hub);
            connect(node, "eth0", address(n, 1), hub, "n" + n, address(n, 2));
            Shell.run("ip -n " + node + " route add default via " + address(n, 2));
        }
        // What comes out of the delay has not come from where its sender is.
        for (String setting : List.of("ip_forward=1", "conf.all.rp_filter=0", "conf.default.rp_filter=0")) {
            Shell.run("nsenter --net=" + NAMESPACES.resolve(hub) + " sysctl -q -w net.ipv4." + setting);
        }
        filter("""
                table inet faults {
                  chain forward { type filter hook forward priority 0; policy accept; }
                }
                """);
    }

    private static void connect(String one, String link, String address, String hub, String port, String other)
            throws IOException {
        String in = one.isEmpty() ? "" : "-n " + one + " ";
        Shell.run("ip " + in + "addr add " + address + "/30 dev " + link);
        Shell.run("ip " + in + "link set " + link + " up");
        Shell.run("ip -n " + hub + " addr add " + other + "/30 dev " + port);
        Shell.run("ip -n " + hub + " link set " + port + " up");
    }

    /** Where node {@code number}, from 1, is. */
    public Place place(int number) {
        return new Place(address(number, 1), List.of("nsenter", "--net=" + NAMESPACES.resolve(name + number), "--"));
    }

    /** Nothing that one node sends reaches the other any more; the other direction is left as it is. */
    public void cut(int from, int to) throws IOException {
        rule("ip saddr " + address(from, 1) + " ip daddr " + address(to, 1) + " drop");
    }

    /** Of what one node sends to the others, that share is lost. */
    public void lose(int from, int percent) throws IOException {
        for (int to = 1; to <= nodes; to++) {
            if (to != from) {
                rule("ip saddr " + address(from, 1) + " ip daddr " + address(to, 1) + " numgen random mod 100 < "
                        + percent + " drop");
            }
        }
    }

    /** Nothing goes to the node or comes from it, clients' traffic neither, as if its host had no power. */
    public void unplug(int number) throws IOException {
        rule("ip saddr " + address(number, 1) + " drop");
        rule("ip daddr " + address(number, 1) + " drop");
    }

    /**
     * What one node sends to others and to clients takes longer.
     *
     * @param least how much longer
     * @param most up to which it varies, without overtaking
     */
    public void delay(int from, Duration least, Duration most) throws IOException {
        String hub = name + "hub";
        if (delaying.isEmpty()) {
            delaying = Optional.of(DelayLine.start(NAMESPACES.resolve(hub), DELAYING, least, most));
            Shell.run("ip -n " + hub + " link set " + DELAYING + " up");
            Shell.run("ip -n " + hub + " route replace default dev " + DELAYING + " table " + DELAYED_TABLE);
        }
        String rule = "from " + address(from, 1) + " iif n" + from + " lookup " + DELAYED_TABLE;
        Shell.run("ip -n " + hub + " rule add " + rule);
        delayedRules.add(rule);
    }

    /** Everything goes through again, at once. */
    public void heal() throws IOException {
        filter("flush chain inet faults forward\n");
        for (String rule : List.copyOf(delayedRules)) {
            Shell.run("ip -n " + name + "hub rule del " + rule);
            delayedRules.remove(rule);
        }
        delaying.ifPresent(Process::destroyForcibly);
        delaying = Optional.empty();
    }

    private void rule(String rule) throws IOException {
        filter("add rule inet faults forward " + rule + "\n");
    }

    private void filter(String commands) throws IOException {
        Shell.run(List.of("nsenter", "--net=" + NAMESPACES.resolve(name + "hub"), "nft", "-f", "-"), commands);
    }

    /** Takes the network away. Processes in it must have ended: they would go on alone. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        delaying.ifPresent(Process::destroyForcibly);
        remove(name);
    }

    private static void remove(String prefix) {
        for (String namespace : namespaces()) {
            if (namespace.startsWith(prefix)) {
                // The links go with it, at both their ends, and with them addresses and routes.
                Shell.attempt("ip netns del " + namespace);
            }
        }
    }

    /** What runs left that were killed themselves: their processes too. */
    private static void removeLeftOver() throws IOException {
        for (String namespace : namespaces()) {
            String[] parts = namespace.split("-");
            if (!namespace.startsWith(PREFIX)
                    || parts.length != 4
                    || ProcessHandle.of(Long.parseLong(parts[1])).isPresent()) {
                continue;
            }
            for (String pid : Shell.run("ip netns pids " + namespace).lines().toList()) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
            Shell.attempt("ip netns del " + namespace);
        }
    }

    private static List<String> namespaces() {
        if (!Files.isDirectory(NAMESPACES)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(NAMESPACES)) {
            return files.map(f -> f.getFileName().toString()).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Each pair of ends has four addresses; node 0 stands for the clients. */
    private String address(int node, int end) {
        return RANGE + block + "." + (4 * node + end);
    }
}

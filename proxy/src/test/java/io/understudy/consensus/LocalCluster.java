package io.understudy.consensus;

import static org.awaitility.Awaitility.await;

import io.understudy.config.NodeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jgroups.util.Util;

/** Real logs over real connections on the loopback interface, in this process. */
final class LocalCluster implements AutoCloseable {
    final List<NodeConfig.Peer> peers;
    final Map<String, Node> nodes = new ConcurrentHashMap<>();
    final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Path directory;
    private final Duration detection;

    /** A running log and what it delivered. */
    record Node(ReplicatedLog log, List<byte[]> delivered, List<ConsensusEvent> events) {}

    LocalCluster(Path directory, int size, Duration detection) throws IOException {
        this.directory = directory;
        this.detection = detection;
        int[] ports = freePorts(size);
        this.peers = IntStream.range(0, size)
                .mapToObj(i -> new NodeConfig.Peer("n" + (i + 1), "127.0.0.1", ports[i]))
                .toList();
    }

    private static int[] freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    LocalCluster startAll() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> starts = new ArrayList<>();
            for (NodeConfig.Peer peer : peers) {
                starts.add(threads.submit(() -> start(peer.name())));
            }
            for (Future<?> start : starts) {
                start.get();
            }
        }
        return this;
    }

    Node start(String name) throws IOException {
        List<ConsensusEvent> events = new CopyOnWriteArrayList<>();
        List<byte[]> delivered = Collections.synchronizedList(new ArrayList<>());
        ReplicatedLog log = ReplicatedLog.open(
                new ReplicatedLog.Settings(name, peers, false, directory.resolve(name), detection, 64L << 20),
                Optional.empty(),
                events::add,
                failures::add);
        Node node = new Node(log, delivered, events);
        nodes.put(name, node);
        log.start(1, (index, entry) -> {
            if (index != delivered.size() + 1) {
                failures.add(new AssertionError(name + " got " + index + " after " + delivered.size()));
            }
            delivered.add(entry);
        });
        return node;
    }

    ReplicatedLog log(String name) {
        return node(name).log;
    }

    Node node(String name) {
        return Objects.requireNonNull(nodes.get(name));
    }

    /** All connections break at once, as when the process is killed. */
    void kill(String name) throws Exception {
        Node node = node(name);
        nodes.remove(name);
        Util.shutdown(node.log.channel().channel());
        node.log.close();
    }

    String awaitLeader() {
        return awaitLeaderOtherThan("");
    }

    String awaitLeaderOtherThan(String dead) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> {
                    List<String> leaders = nodes.values().stream()
                            .map(node -> node.log.leadership().leader())
                            .distinct()
                            .toList();
                    return leaders.size() == 1
                            && !leaders.getFirst().isEmpty()
                            && !leaders.getFirst().equals(dead);
                });
        return nodes.values().iterator().next().log.leadership().leader();
    }

    @Override
    public void close() {
        nodes.values().parallelStream().forEach(node -> node.log.close());
    }
}

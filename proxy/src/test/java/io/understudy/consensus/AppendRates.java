package io.understudy.consensus;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.understudy.config.NodeConfig;
import io.understudy.config.PeerTls;
import io.understudy.tls.NodeTls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/**
 * How many entries of 200 bytes a second are delivered to their proposers; each waits for its entry before the next. For people, not for the build: start
 * it once per node, as a process of its own, with the node's name (n1, n2, n3), a directory and the numbers of proposers, and perhaps a directory with node.crt, node.key and authority.crt for encryption; only the leader proposes.
 */
final class AppendRates {
    private static final int PORT = 17_900;

    private AppendRates() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        ((Logger) LoggerFactory.getLogger("root")).setLevel(Level.OFF);
        List<NodeConfig.Peer> peers = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            peers.add(new NodeConfig.Peer("n" + i, "127.0.0.1", PORT + i));
        }
        ConcurrentHashMap<Long, CountDownLatch> waiting = new ConcurrentHashMap<>();
        try (ReplicatedLog log = ReplicatedLog.open(
                new ReplicatedLog.Settings(
                        args[0], peers, false, Path.of(args[1], args[0]), Duration.ofSeconds(3), 64L << 20),
                tls(args),
                event -> {},
                ReplicatedLog.HALT)) {
            log.start(1, (index, entry) -> {
                CountDownLatch latch = entry.length == 200
                        ? waiting.remove(ByteBuffer.wrap(entry).getLong())
                        : null;
                if (latch != null) {
                    latch.countDown();
                }
            });
            while (log.leadership().leader().isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            TimeUnit.SECONDS.sleep(2);
            if (log.leadership().leader().equals(args[0])) {
                for (String proposers : args[2].split(",", -1)) {
                    measure(log, waiting, Integer.parseInt(proposers));
                }
            } else {
                TimeUnit.SECONDS.sleep(3 + 8L * args[2].split(",", -1).length);
            }
        }
        System.exit(0);
    }

    private static Optional<NodeTls> tls(String[] args) throws IOException {
        if (args.length < 4) {
            return Optional.empty();
        }
        Path files = Path.of(args[3]);
        PeerTls tls = new PeerTls(files.resolve("node.crt"), files.resolve("node.key"), files.resolve("authority.crt"));
        return Optional.of(NodeTls.open(tls, "127.0.0.1", List.of("127.0.0.1"), text -> {}));
    }

    private static void measure(ReplicatedLog log, ConcurrentHashMap<Long, CountDownLatch> waiting, int proposers)
            throws InterruptedException {
        AtomicLong ids = new AtomicLong(System.nanoTime());
        ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
        long begin = System.nanoTime();
        long warm = begin + 2_000_000_000L;
        long end = begin + 7_000_000_000L;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < proposers; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    while (System.nanoTime() < end) {
                        long id = ids.incrementAndGet();
                        CountDownLatch latch = new CountDownLatch(1);
                        waiting.put(id, latch);
                        long start = System.nanoTime();
                        log.propose(ByteBuffer.allocate(200).putLong(id).array());
                        if (latch.await(5, TimeUnit.SECONDS) && start > warm) {
                            nanos.add(System.nanoTime() - start);
                        }
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        System.out.printf(
                "%d proposers: %d/s, p50 %.2f ms, p99 %.2f ms%n",
                proposers,
                sorted.length / 5,
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6);
    }
}

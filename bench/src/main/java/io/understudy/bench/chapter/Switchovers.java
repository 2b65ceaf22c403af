package io.understudy.bench.chapter;

import io.understudy.bench.contender.UnderstudyCluster;
import io.understudy.bench.load.Target;
import io.understudy.command.AdminClient;
import io.understudy.demo.cluster.Await;
import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;

/** Mastership goes from node to node on purpose while clients of all nodes write; none of them may see an error. */
final class Switchovers {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ACCOUNTS = 100_000;

    private final UnderstudyCluster cluster;
    private final Queue<SQLException> errors = new ConcurrentLinkedQueue<>();
    private final AtomicLong committed = new AtomicLong();
    private final AtomicLong last = new AtomicLong(System.nanoTime());
    private final LongAccumulator gap = new LongAccumulator(Math::max, 0);
    private final AtomicBoolean stop = new AtomicBoolean();

    private Switchovers(UnderstudyCluster cluster) {
        this.cluster = cluster;
    }

    /** Seconds without any commit, of each switchover. */
    static List<Double> run(UnderstudyCluster cluster, int times, int clients) throws Exception {
        return new Switchovers(cluster).run(times, clients);
    }

    private List<Double> run(int times, int clients) throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<LocalNode> nodes = cluster.local().nodes();
        for (int i = 0; i < clients; i++) {
            Target target = cluster.target(nodes.get(i % nodes.size()));
            threads.add(Thread.ofVirtual().start(() -> work(target)));
        }
        List<Double> seconds = new ArrayList<>();
        try (AdminClient client = AdminClient.ofCluster(cluster.local().directory())) {
            awaitCommits(clients * 20L);
            for (int i = 0; i < times; i++) {
                gap.reset();
                client.post("/api/v1/switchover?target=");
                awaitCommits(clients * 5L);
                seconds.add(gap.get() / 1e9);
                cluster.awaitServing();
                awaitCommits(clients * 5L);
            }
        } finally {
            stop.set(true);
            for (Thread t : threads) {
                t.join();
            }
        }
        return seconds;
    }

    private void awaitCommits(long more) throws IOException {
        long goal = committed.get() + more;
        Await.until("commits during a switchover", LIMIT, () -> committed.get() >= goal || !errors.isEmpty());
        if (!errors.isEmpty()) {
            SQLException first = errors.remove();
            throw new IOException("a client saw an error in a switchover: " + first.getMessage(), first);
        }
    }

    private void work(Target target) {
        try (Connection c = target.connect();
                PreparedStatement write =
                        c.prepareStatement("UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = ?")) {
            while (!stop.get()) {
                write.setInt(1, ThreadLocalRandom.current().nextInt(1, ACCOUNTS + 1));
                write.executeUpdate();
                long now = System.nanoTime();
                gap.accumulate(now - last.getAndSet(now));
                committed.incrementAndGet();
            }
        } catch (SQLException e) {
            errors.add(e);
        }
    }
}

package io.understudy.bench.chapter;

import io.understudy.bench.contender.UnderstudyCluster;
import io.understudy.bench.figure.Findings;
import io.understudy.bench.figure.Measurement;
import io.understudy.bench.load.PgBench;
import io.understudy.bench.load.PgBench.Run;
import io.understudy.bench.load.PgBench.Work;
import io.understudy.bench.report.Numbers;
import io.understudy.demo.cluster.Await;
import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A log that gets long: how soon a node serves again after its start, and after it was away. */
final class LogGrowth {
    private static final Duration LIMIT = Duration.ofHours(4);
    private static final int CLIENTS = 64;

    private LogGrowth() {}

    /** What verification said. */
    static String run(Lab lab, Findings findings) throws IOException {
        Path script = Files.createTempFile(lab.directory(), "one-update", ".sql");
        Files.writeString(script, """
                \\set aid random(1, 100000)
                UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = :aid;
                """);
        Work work = Work.file("one UPDATE by key", script);
        try (UnderstudyCluster cluster = lab.cluster(3, lab.scale())) {
            List<List<String>> rows = new ArrayList<>();
            for (long entries : lab.pick(List.of(10_000L, 1_000_000L, 10_000_000L), List.of(2_000L, 5_000L))) {
                long missing = entries - index(cluster);
                double rate = 0;
                if (missing > 0) {
                    Run run = PgBench.counted(cluster.target(), work, CLIENTS, missing, LIMIT);
                    rate = run.perSecond();
                    cluster.settle();
                }
                double start = away(cluster, work, 0).seconds();
                Replayed back = away(cluster, work, lab.pick(100_000L, 1_000L));
                findings.measured(new Measurement("Understudy", "start, entries: " + entries, "s", List.of(start)));
                findings.measured(
                        new Measurement("Understudy", "rejoin, entries: " + entries, "s", List.of(back.seconds())));
                rows.add(List.of(
                        "%,d".formatted(entries),
                        rate == 0 ? "-" : Numbers.of(rate) + "/s",
                        Numbers.of(start) + " s",
                        Numbers.of(back.seconds()) + " s"));
                lab.say("a log of %,d entries: start %.1f s, rejoin %.1f s".formatted(entries, start, back.seconds()));
            }
            findings.table(
                    "**Entries in the log**: a replica's proxy and PostgreSQL are stopped and started again, with nothing written meanwhile, and with "
                            + "%,d entries:".formatted(lab.pick(100_000L, 1_000L)),
                    List.of("entries", "written at", "start until up to date", "rejoin until up to date"),
                    rows);
            return cluster.verify();
        } finally {
            Files.deleteIfExists(script);
        }
    }

    /** Stops a replica while so many entries are written, and starts it again. */
    private static Replayed away(UnderstudyCluster cluster, Work work, long entries) throws IOException {
        LocalNode replica = cluster.replicas().getLast();
        replica.stopProxy();
        replica.stopPostgres();
        if (entries > 0) {
            PgBench.counted(cluster.target(), work, CLIENTS, entries, LIMIT);
        }
        long goal = index(cluster);
        long begun = System.nanoTime();
        replica.startPostgres();
        replica.startProxy();
        Replayed watch = new Replayed(cluster, replica, begun);
        Await.until("the replica to be up to date", LIMIT, () -> watch.reached(goal) && serves(cluster, replica));
        return watch;
    }

    private static boolean serves(UnderstudyCluster cluster, LocalNode replica) throws IOException {
        return cluster.replicas().stream().anyMatch(n -> n.number() == replica.number()) && cluster.serving();
    }

    private static long index(UnderstudyCluster cluster) throws IOException {
        return cluster.status().path("lastIndex").asLong();
    }
}

package io.understudy.bench.chapter;

import io.understudy.bench.contender.UnderstudyCluster;
import io.understudy.bench.figure.Bound;
import io.understudy.bench.figure.Chart;
import io.understudy.bench.figure.Chart.Axes;
import io.understudy.bench.figure.Chart.Series;
import io.understudy.bench.figure.Findings;
import io.understudy.bench.figure.Measurement;
import io.understudy.bench.load.PgBench;
import io.understudy.bench.load.PgBench.Run;
import io.understudy.bench.load.PgBench.Work;
import io.understudy.bench.report.Numbers;
import io.understudy.bench.report.Report.Heading;
import io.understudy.demo.cluster.Await;
import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Whether replicas keep up with the master, and how fast they are when they have nothing else to do. */
final class KeepUpChapter implements Chapter {
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration CATCH_UP_LIMIT = Duration.ofMinutes(20);
    private static final int CLIENTS = 16;

    @Override
    public Heading heading() {
        return new Heading(
                "keepup",
                "Replicas keep up",
                "`pgbench -N` for a minute with the number of clients that wrote fastest; status is looked at ten times a second. Then one replica is stopped, 200,000 transactions are written, and it is started again.",
                8);
    }

    @Override
    public void run(Lab lab, Findings findings) throws Exception {
        try (UnderstudyCluster cluster = lab.cluster(3, lab.scale())) {
            PgBench.timed(cluster.target(), Work.UPDATE, CLIENTS, lab.run());
            under(lab, cluster, fastest(lab, cluster), findings);
            alone(lab, cluster, findings);
            findings.verified(cluster.verify());
        }
    }

    private static int fastest(Lab lab, UnderstudyCluster cluster) throws IOException {
        int best = CLIENTS;
        double most = 0;
        for (int clients : new int[] {16, 32, 64}) {
            double perSecond = PgBench.timed(cluster.target(), Work.UPDATE, clients, lab.run())
                    .perSecond();
            lab.say("%d clients write %.0f/s".formatted(clients, perSecond));
            cluster.settle();
            if (perSecond > most) {
                most = perSecond;
                best = clients;
            }
        }
        return best;
    }

    private static void under(Lab lab, UnderstudyCluster cluster, int clients, Findings findings) throws IOException {
        Run run;
        double drained;
        List<Sampler.Sample> samples;
        try (Sampler sampler = new Sampler(cluster, LOOK)) {
            run = PgBench.timed(cluster.target(), Work.UPDATE, clients, Duration.ofSeconds(lab.pick(60, 4)));
            long ended = System.nanoTime();
            cluster.settle();
            drained = (System.nanoTime() - ended) / 1e9;
            samples = sampler.samples();
        }
        if (samples.size() < 10) {
            throw new IOException("the cluster told its status only " + samples.size() + " times under load");
        }
        double lag =
                samples.stream().mapToDouble(Sampler.Sample::lagSeconds).max().orElse(0);
        long entries =
                samples.stream().mapToLong(Sampler.Sample::lagEntries).max().orElse(0);
        findings.bound(Bound.atMost(
                "longest lag while %d clients write %s/s".formatted(clients, Numbers.of(run.perSecond())),
                lag,
                1,
                " s"));
        findings.bound(Bound.atMost("until nothing lags, after the last write", drained, 2, " s"));
        findings.note("The node furthest behind was up to " + entries + " entries behind.");
        findings.measured(
                new Measurement("Understudy", "simple-update under watch", "transactions/s", List.of(run.perSecond())));
        findings.chart(Chart.lines(
                "keepup-lag",
                "Lag of the node furthest behind, under the highest write rate",
                "seconds",
                "entries",
                Axes.NONE,
                List.of(new Series(
                        "entries behind",
                        samples.stream().map(Sampler.Sample::seconds).toList(),
                        samples.stream().map(s -> (double) s.lagEntries()).toList()))));
    }

    private static void alone(Lab lab, UnderstudyCluster cluster, Findings findings) throws IOException {
        LocalNode replica = cluster.replicas().getLast();
        replica.stopProxy();
        replica.stopPostgres();
        long transactions = lab.pick(200_000L, 10_000L);
        Run written = PgBench.counted(cluster.target(), Work.UPDATE, CLIENTS, transactions, CATCH_UP_LIMIT);
        long goal = cluster.status().path("lastIndex").asLong();
        replica.startPostgres();
        long begun = System.nanoTime();
        replica.startProxy();
        Replayed watch = new Replayed(cluster, replica, begun);
        Await.until("the replica to catch up", CATCH_UP_LIMIT, () -> watch.reached(goal));
        double rate = watch.perSecond();
        findings.bound(
                Bound.atLeast("apply alone, of the rate at which it was written", rate / written.perSecond(), 3, ""));
        findings.table(
                "One replica away while " + Numbers.of(written.transactions()) + " transactions are written by "
                        + CLIENTS + " clients:",
                List.of("written", "applied afterwards", "from starting its proxy to having everything"),
                List.of(List.of(
                        Numbers.of(written.perSecond()) + "/s",
                        Numbers.of(rate) + "/s",
                        Numbers.of(watch.seconds()) + " s")));
        findings.measured(new Measurement("Understudy", "apply alone", "transactions/s", List.of(rate)));
    }
}

package io.understudy.bench.chapter;

import io.understudy.bench.contender.UnderstudyCluster;
import io.understudy.bench.figure.Bound;
import io.understudy.bench.figure.Chart;
import io.understudy.bench.figure.Chart.Axes;
import io.understudy.bench.figure.Chart.Series;
import io.understudy.bench.figure.Findings;
import io.understudy.bench.figure.Measurement;
import io.understudy.bench.figure.Statistics;
import io.understudy.bench.load.PgBench;
import io.understudy.bench.load.PgBench.Work;
import io.understudy.bench.load.ProcessorShare;
import io.understudy.bench.load.ProcessorShare.Throttling;
import io.understudy.bench.load.Target;
import io.understudy.bench.report.Numbers;
import io.understudy.bench.report.Report.Heading;
import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Whether reads grow with the number of replicas, where PostgreSQL and not the proxy or the machine is what is short. */
final class ScaleChapter implements Chapter {
    /** Of one processor for each PostgreSQL: five of them, their proxies and pgbench must fit into two. */
    private static final int PERCENT = 5;

    private static final int CLIENTS = 32;

    /** What one size of cluster did. */
    private record Size(int replicas, double perSecond, List<List<String>> servers) {}

    @Override
    public Heading heading() {
        return new Heading(
                "scale",
                "Reads grow with replicas",
                "`pgbench -S` with 32 clients, spread over the replicas' nodes; every PostgreSQL is held to " + PERCENT
                        + " % of one processor by a control group, so that all of them, the proxies and pgbench fit on one machine.",
                8);
    }

    @Override
    public void run(Lab lab, Findings findings) throws Exception {
        if (ProcessorShare.obstacle().isPresent()) {
            throw new IOException(ProcessorShare.obstacle().get());
        }
        List<Size> sizes = new ArrayList<>();
        StringBuilder verified = new StringBuilder();
        for (int replicas : lab.pick(List.of(1, 2, 3, 5), List.of(1, 2))) {
            try (UnderstudyCluster cluster = lab.cluster(replicas + 1, lab.scale())) {
                sizes.add(measure(lab, cluster, replicas, findings));
                verified.append(verified.isEmpty() ? "" : "; ").append(cluster.verify());
            }
        }
        double one = sizes.getFirst().perSecond();
        List<List<String>> rows = new ArrayList<>();
        for (Size s : sizes) {
            if (s.replicas() > 1) {
                findings.bound(Bound.atLeast(
                        s.replicas() + " replicas: each, of one alone", s.perSecond() / one / s.replicas(), 0.9, ""));
            }
            rows.addAll(s.servers());
        }
        findings.table(
                "What each PostgreSQL did in the last run:",
                List.of("replicas", "server of", "transactions", "share", "held back"),
                rows);
        List<Double> x = sizes.stream().map(s -> (double) s.replicas()).toList();
        findings.chart(Chart.lines(
                "scale",
                "select-only with every PostgreSQL at " + PERCENT + " % of a processor",
                "replicas",
                "transactions/s",
                Axes.NONE,
                List.of(
                        new Series(
                                "measured",
                                x,
                                sizes.stream().map(Size::perSecond).toList()),
                        new Series(
                                "as many times one",
                                x,
                                x.stream().map(n -> n * one).toList()))));
        findings.verified(verified.toString());
    }

    private static Size measure(Lab lab, UnderstudyCluster cluster, int replicas, Findings findings)
            throws IOException, SQLException {
        List<LocalNode> nodes = cluster.local().nodes();
        List<ProcessorShare> shares = new ArrayList<>();
        try {
            for (LocalNode node : nodes) {
                ProcessorShare share = ProcessorShare.make(
                        "understudy-bench-" + ProcessHandle.current().pid() + "-" + node.name(), PERCENT);
                shares.add(share);
                share.add(node.postgres().processes());
            }
            List<Double> runs = new ArrayList<>();
            List<Long> before = List.of();
            List<Throttling> held = List.of();
            spread(lab, cluster);
            for (int round = 0; round < lab.rounds(); round++) {
                before = transactions(cluster);
                held = throttling(shares);
                runs.add(spread(lab, cluster));
            }
            List<Long> after = transactions(cluster);
            List<Throttling> end = throttling(shares);
            findings.measured(new Measurement("Understudy", replicas + " replicas", "transactions/s", runs));
            double median = Statistics.median(runs);
            lab.say("%d replicas: %.0f/s".formatted(replicas, median));
            List<List<String>> rows = new ArrayList<>();
            long all = 0;
            for (int i = 0; i < nodes.size(); i++) {
                all += after.get(i) - before.get(i);
            }
            String master = cluster.master().name();
            for (int i = 0; i < nodes.size(); i++) {
                long did = after.get(i) - before.get(i);
                rows.add(List.of(
                        Integer.toString(replicas),
                        nodes.get(i).name() + (nodes.get(i).name().equals(master) ? ", master" : ""),
                        Numbers.of(did),
                        Numbers.of(100.0 * did / Math.max(1, all)) + " %",
                        "%,d times, %s s"
                                .formatted(
                                        end.get(i).times() - held.get(i).times(),
                                        Numbers.of(end.get(i).seconds()
                                                - held.get(i).seconds()))));
            }
            return new Size(replicas, median, rows);
        } finally {
            for (ProcessorShare share : shares) {
                share.close();
            }
        }
    }

    /** One run at every replica's node at once; their sum. */
    private static double spread(Lab lab, UnderstudyCluster cluster) throws IOException {
        List<LocalNode> replicas = cluster.replicas();
        List<Double> rates = new java.util.concurrent.CopyOnWriteArrayList<>();
        List<IOException> failed = new java.util.concurrent.CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < replicas.size(); i++) {
            Target target = cluster.target(replicas.get(i));
            int clients = CLIENTS / replicas.size() + (i < CLIENTS % replicas.size() ? 1 : 0);
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    rates.add(PgBench.timed(target, Work.SELECT, clients, lab.run())
                            .perSecond());
                } catch (IOException e) {
                    failed.add(e);
                }
            }));
        }
        try {
            for (Thread t : threads) {
                t.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (!failed.isEmpty()) {
            throw failed.getFirst();
        }
        return rates.stream().collect(Collectors.summingDouble(r -> r));
    }

    private static List<Throttling> throttling(List<ProcessorShare> shares) throws IOException {
        List<Throttling> all = new ArrayList<>();
        for (ProcessorShare s : shares) {
            all.add(s.throttling());
        }
        return all;
    }

    private static List<Long> transactions(UnderstudyCluster cluster) throws SQLException {
        List<Long> all = new ArrayList<>();
        for (Target server : cluster.servers()) {
            try (Connection c = server.connect();
                    Statement s = c.createStatement();
                    ResultSet r = s.executeQuery(
                            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'postgres'")) {
                r.next();
                all.add(r.getLong(1));
            }
        }
        return all;
    }
}

package io.understudy.bench.chapter;

import io.understudy.bench.contender.UnderstudyCluster;
import io.understudy.bench.figure.Chart;
import io.understudy.bench.figure.Chart.Axes;
import io.understudy.bench.figure.Chart.Series;
import io.understudy.bench.figure.Findings;
import io.understudy.bench.figure.Measurement;
import io.understudy.bench.figure.Statistics;
import io.understudy.bench.load.PgBench;
import io.understudy.bench.load.PgBench.Work;
import io.understudy.bench.report.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Clusters of more and more nodes, all on this machine. */
final class NodeGrowth {
    private static final int CLIENTS = 16;

    private NodeGrowth() {}

    /** What verification said of each. */
    static String run(Lab lab, Findings findings) throws IOException {
        List<String> verified = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        List<Double> x = new ArrayList<>();
        List<Double> writes = new ArrayList<>();
        List<Double> reads = new ArrayList<>();
        for (int nodes : lab.pick(List.of(2, 3, 4, 5, 6, 7), List.of(2))) {
            try (UnderstudyCluster cluster = lab.cluster(nodes, lab.scale())) {
                double written = median(lab, cluster, Work.UPDATE, nodes, findings);
                double read = median(lab, cluster, Work.SELECT, nodes, findings);
                rows.add(List.of(Integer.toString(nodes), Numbers.of(written), Numbers.of(read)));
                x.add((double) nodes);
                writes.add(written);
                reads.add(read);
                verified.add(cluster.verify());
            }
        }
        findings.table(
                "**Nodes**, 16 clients, transactions/s (all nodes share the machine's processors):",
                List.of("nodes", "simple-update", "select-only"),
                rows);
        findings.chart(Chart.lines(
                "growth-nodes",
                "Nodes on one machine, 16 clients",
                "nodes",
                "transactions/s",
                Axes.NONE,
                List.of(new Series("simple-update", x, writes), new Series("select-only", x, reads))));
        return String.join("; ", verified);
    }

    private static double median(Lab lab, UnderstudyCluster cluster, Work work, int nodes, Findings findings)
            throws IOException {
        List<Double> runs = new ArrayList<>();
        PgBench.timed(cluster.target(), work, CLIENTS, lab.run());
        for (int round = 0; round < lab.pick(3, 1); round++) {
            runs.add(PgBench.timed(cluster.target(), work, CLIENTS, lab.run()).perSecond());
            cluster.settle();
        }
        findings.measured(new Measurement("Understudy", work.name() + ", nodes: " + nodes, "transactions/s", runs));
        return Statistics.median(runs);
    }
}

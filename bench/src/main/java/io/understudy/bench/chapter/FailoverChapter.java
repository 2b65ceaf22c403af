package io.understudy.bench.chapter;

import io.understudy.bench.contender.UnderstudyCluster;
import io.understudy.bench.figure.Bound;
import io.understudy.bench.figure.Chart;
import io.understudy.bench.figure.Chart.Axes;
import io.understudy.bench.figure.Chart.Series;
import io.understudy.bench.figure.Findings;
import io.understudy.bench.figure.Measurement;
import io.understudy.bench.figure.Statistics;
import io.understudy.bench.report.Numbers;
import io.understudy.bench.report.Report.Heading;
import io.understudy.demo.fault.FaultKind;
import io.understudy.demo.fault.FaultRun;
import io.understudy.demo.fault.FaultRun.Outcome;
import io.understudy.demo.fault.Scene;
import io.understudy.demo.workload.CheckedWork;
import io.understudy.demo.workload.WorkKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** How long writes are away when the master is lost, and when it is changed on purpose. */
final class FailoverChapter implements Chapter {
    private static final long SEED = 1;
    private static final int CLIENTS = 8;
    private static final List<FaultKind> KINDS = List.of(
            FaultKind.KILL_MASTER_PROXY,
            FaultKind.KILL_MASTER_POSTGRES,
            FaultKind.KILL_MASTER_NODE,
            FaultKind.FREEZE_MASTER_PROXY);

    @Override
    public Heading heading() {
        return new Heading(
                "failover",
                "Failover and switchover",
                "Eight clients write through all nodes and check what they read (`bin/understudy faults`); measured is the time from the fault to the next write that anybody had acknowledged. In a switchover, 16 clients write: the longest time in which nobody had a commit.",
                35);
    }

    @Override
    public void run(Lab lab, Findings findings) throws Exception {
        List<Series> series = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        int each = lab.pick(25, 2);
        for (FaultKind kind : lab.pick(KINDS, KINDS.subList(0, 1))) {
            List<Double> seconds = faults(lab, kind, each);
            rows.add(row(kind.text(), seconds));
            series.add(distribution(kind.text(), seconds));
            findings.measured(new Measurement("Understudy", kind.text(), "s", seconds));
            if (kind == FaultKind.KILL_MASTER_PROXY) {
                findings.bound(
                        Bound.atMost("kill -9 of the master's proxy, median", Statistics.median(seconds), 1, " s"));
            }
        }
        List<Double> switchovers;
        try (UnderstudyCluster cluster = lab.cluster(3, 1)) {
            switchovers = Switchovers.run(cluster, lab.pick(50, 3), 16);
            findings.verified(cluster.verify());
        }
        rows.add(row("switchover", switchovers));
        series.add(distribution("switchover", switchovers));
        findings.measured(new Measurement("Understudy", "switchover", "s", switchovers));
        findings.table(
                "Until writes go on:", List.of("what", "times", "shortest", "median", "95 % within", "longest"), rows);
        findings.chart(Chart.lines(
                "failover", "Share of times in which writes went on by then", "seconds", "%", Axes.NONE, series));
        findings.note(
                "After each series of faults: no acknowledged write was lost, no read went back, all nodes are equal.");
    }

    private static List<Double> faults(Lab lab, FaultKind kind, int count) throws Exception {
        List<Outcome> outcomes;
        try (Scene scene = Scene.make(lab.folder(), 3, lab.port(), List.of(kind))) {
            // The cluster belongs to no process: without this an interrupted run would leave it behind.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(scene), "stop-cluster"));
            scene.cluster().start(lab.progress());
            FaultRun run;
            try (CheckedWork work = new CheckedWork(scene.cluster(), List.of(WorkKind.values()), SEED)) {
                work.createTables();
                work.start(CLIENTS);
                run = new FaultRun(scene, work, SEED, lab.progress());
                outcomes = run.run(List.of(kind), count);
            }
            List<String> wrong = run.check();
            if (!wrong.isEmpty()) {
                throw new IOException("after " + kind.text() + ": " + wrong);
            }
        }
        return outcomes.stream().map(o -> o.resumedMillis() / 1000.0).toList();
    }

    private static void end(Scene scene) {
        try {
            scene.close();
        } catch (IOException e) {
            System.err.println("bench: " + scene.cluster().directory() + " could not be stopped: " + e.getMessage());
        }
    }

    private static List<String> row(String what, List<Double> seconds) {
        return List.of(
                what,
                Integer.toString(seconds.size()),
                Numbers.of(Statistics.min(seconds)) + " s",
                Numbers.of(Statistics.median(seconds)) + " s",
                Numbers.of(Statistics.quantile(seconds, 0.95)) + " s",
                Numbers.of(Statistics.max(seconds)) + " s");
    }

    private static Series distribution(String name, List<Double> seconds) {
        List<Double> sorted = seconds.stream().sorted().toList();
        return new Series(
                name,
                sorted,
                IntStream.rangeClosed(1, sorted.size())
                        .mapToObj(i -> 100.0 * i / sorted.size())
                        .toList());
    }
}

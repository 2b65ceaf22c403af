package io.understudy.bench.chapter;

import io.understudy.bench.figure.Bound;
import io.understudy.bench.figure.Findings;
import io.understudy.bench.figure.Measurement;
import io.understudy.bench.hot.ClassificationBenchmark;
import io.understudy.bench.report.Numbers;
import io.understudy.bench.report.Report.Heading;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Classification alone, by JMH. */
final class ClassificationChapter implements Chapter {
    private static final String ALLOCATED = "gc.alloc.rate.norm";
    /** A record of two references and a long, under compressed references. */
    private static final double KEY_BYTES = 32;
    /** And the text of the benchmark's shape, 52 characters. */
    private static final double KEY_AND_SHAPE_BYTES = KEY_BYTES + 96;

    /** Per call. */
    private record Cost(double nanos, double error, double bytes) {}

    @Override
    public Heading heading() {
        return new Heading(
                "classification",
                "Classification",
                "JMH, average time per call, the catalog of a real server. A hit is a statement whose shape was seen before; *prepared* is what each execution of a prepared statement costs.",
                12);
    }

    @Override
    public void run(Lab lab, Findings findings) throws Exception {
        Map<String, Cost> costs = costs(lab);
        List<List<String>> rows = new ArrayList<>();
        costs.forEach((name, c) -> {
            rows.add(List.of(
                    name,
                    Numbers.of(c.nanos() / 1000) + " µs",
                    "± " + Numbers.of(c.error() / 1000) + " µs",
                    Numbers.of(c.bytes()) + " B"));
            findings.measured(new Measurement("Understudy", name, "ns", List.of(c.nanos())));
        });
        Cost prepared = required(costs, "hitPrepared");
        Cost text = required(costs, "hitByText");
        Cost point = required(costs, "textPoint");
        Cost making = required(costs, "textFiveTables");
        Cost miss = required(costs, "missFiveTables");
        double share = 100 * ClassificationBenchmark.hitShare(lab.pick(100_000, 2_000));
        findings.bound(Bound.atMost("hit, prepared", prepared.nanos() / 1000, 1, " µs"));
        findings.bound(Bound.atMost(
                "hit, prepared: allocated (the look-up's key has 32 B)", prepared.bytes(), KEY_BYTES, " B"));
        findings.bound(
                Bound.atMost("hit, simple protocol: from the text", (text.nanos() - point.nanos()) / 1000, 1, " µs"));
        findings.bound(Bound.atMost(
                "hit, simple protocol: allocated (key and shape have 128 B)",
                text.bytes() - point.bytes(),
                KEY_AND_SHAPE_BYTES,
                " B"));
        findings.bound(Bound.atMost("miss, five tables, warm", (miss.nanos() - making.nanos()) / 1000, 300, " µs"));
        findings.bound(Bound.atLeast("simple protocol, changing literals: found in the cache", share, 99.9, " %"));
        findings.table("", List.of("benchmark", "time", "99.9 % confidence", "allocated"), rows);
        findings.note(
                "`hitByText` and `missFiveTables` make a text first, which takes what `textPoint` and `textFiveTables` take; that is not counted above.");
    }

    private static Map<String, Cost> costs(Lab lab) throws Exception {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(ClassificationBenchmark.class.getSimpleName())
                        .forks(lab.pick(2, 1))
                        .warmupIterations(lab.pick(5, 1))
                        .warmupTime(TimeValue.milliseconds(lab.pick(5_000, 500)))
                        .measurementIterations(lab.pick(5, 2))
                        .measurementTime(TimeValue.milliseconds(lab.pick(5_000, 500)))
                        .jvmArgs("-Xmx1g", "-XX:+UseSerialGC")
                        .addProfiler(GCProfiler.class)
                        .shouldFailOnError(true)
                        .build())
                .run();
        Map<String, Cost> costs = new HashMap<>();
        for (RunResult r : results) {
            Result<?> allocated = r.getSecondaryResults().get(ALLOCATED);
            if (allocated == null) {
                throw new IllegalStateException("JMH does not tell what was allocated, only "
                        + r.getSecondaryResults().keySet());
            }
            costs.put(
                    r.getPrimaryResult().getLabel(),
                    new Cost(
                            r.getPrimaryResult().getScore(),
                            r.getPrimaryResult().getScoreError(),
                            allocated.getScore()));
        }
        return new java.util.TreeMap<>(costs);
    }

    private static Cost required(Map<String, Cost> costs, String name) {
        Cost cost = costs.get(name);
        if (cost == null) {
            throw new IllegalStateException("JMH did not run " + name + ", only " + costs.keySet());
        }
        return cost;
    }
}

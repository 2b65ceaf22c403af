package io.understudy.bench.chapter;

import io.understudy.bench.contender.Contender;
import io.understudy.bench.contender.Direct;
import io.understudy.bench.contender.UnderstudyCluster;
import io.understudy.bench.figure.Chart;
import io.understudy.bench.figure.Chart.Axes;
import io.understudy.bench.figure.Chart.Series;
import io.understudy.bench.figure.Findings;
import io.understudy.bench.figure.Measurement;
import io.understudy.bench.figure.Statistics;
import io.understudy.bench.load.Rounds;
import io.understudy.bench.report.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Understudy and a plain server, with the same work that grows step by step. */
record Pair(Direct direct, UnderstudyCluster understudy, int rounds) {

    /** One run of work of that size on a contender. */
    interface Work {
        double run(Contender contender, int size) throws Exception;
    }

    /**
     * Runs all sizes on both in turn and tells it as a table and a chart.
     *
     * @param file of the chart
     * @param grows what it is whose size grows, as a column's title
     * @param unit of what a run gives
     */
    void grow(String file, String title, String grows, String unit, List<Integer> sizes, Findings findings, Work work)
            throws IOException {
        Map<String, List<Double>> medians = new LinkedHashMap<>();
        List<List<String>> rows = new ArrayList<>();
        for (int size : sizes) {
            Map<String, List<Double>> runs =
                    Rounds.run(List.of(lane(direct, size, work), lane(understudy, size, work)), rounds);
            List<Double> plain = runs.getOrDefault(direct.name(), List.of());
            List<Double> ours = runs.getOrDefault(understudy.name(), List.of());
            runs.forEach((name, values) -> {
                medians.computeIfAbsent(name, n -> new ArrayList<>()).add(Statistics.median(values));
                findings.measured(new Measurement(name, title + ", " + grows + ": " + size, unit, values));
            });
            rows.add(List.of(
                    "%,d".formatted(size),
                    Numbers.of(Statistics.median(plain)),
                    Numbers.of(Statistics.median(ours)),
                    Numbers.of(Statistics.ratio(ours, plain))));
        }
        findings.table(
                "**" + title + "**, " + unit + ":",
                List.of(grows, direct.name(), understudy.name(), "Understudy of direct"),
                rows);
        List<Double> x = sizes.stream().map(s -> (double) s).toList();
        findings.chart(Chart.lines(
                file,
                title,
                grows,
                unit,
                Axes.BOTH,
                medians.entrySet().stream()
                        .map(e -> new Series(e.getKey(), x, e.getValue()))
                        .toList()));
    }

    private static Rounds.Lane lane(Contender contender, int size, Work work) {
        return new Rounds.Lane() {
            @Override
            public String name() {
                return contender.name();
            }

            @Override
            public double run() throws IOException {
                try {
                    double result = work.run(contender, size);
                    contender.settle();
                    return result;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted", e);
                } catch (IOException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IOException(contender.name() + " with " + size + ": " + e.getMessage(), e);
                }
            }
        };
    }
}

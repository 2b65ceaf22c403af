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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Understudy and a plain server, with the same work that grows step by step. */
record Pair(Direct direct, UnderstudyCluster understudy, int rounds, Consumer<String> say) {

    private static final int WORDS_MAX = 300;

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
        Map<String, List<Double>> sizesOf = new HashMap<>();
        List<List<String>> rows = new ArrayList<>();
        for (int size : sizes) {
            Map<String, List<Double>> runs = both(title, grows, size, findings, work);
            List<Double> plain = runs.getOrDefault(direct.name(), List.of());
            List<Double> ours = runs.getOrDefault(understudy.name(), List.of());
            runs.forEach((name, values) -> {
                sizesOf.computeIfAbsent(name, n -> new ArrayList<>()).add((double) size);
                medians.computeIfAbsent(name, n -> new ArrayList<>()).add(Statistics.median(values));
                findings.measured(new Measurement(name, title + ", " + grows + ": " + size, unit, values));
            });
            say.accept("%s, %s %d: direct %s, Understudy %s %s"
                    .formatted(title, grows, size, median(plain), median(ours), unit));
            rows.add(List.of(
                    "%,d".formatted(size),
                    median(plain),
                    median(ours),
                    ours.isEmpty() ? "-" : Numbers.of(Statistics.ratio(ours, plain))));
        }
        findings.table(
                "**" + title + "**, " + unit + ":",
                List.of(grows, direct.name(), understudy.name(), "Understudy of direct"),
                rows);
        findings.chart(Chart.lines(
                file,
                title,
                grows,
                unit,
                Axes.BOTH,
                medians.entrySet().stream()
                        .map(e -> new Series(e.getKey(), sizesOf.getOrDefault(e.getKey(), List.of()), e.getValue()))
                        .toList()));
    }

    /** What one of the two cannot do is a finding, not the end of the chapter: the plain server's runs are worth having alone. */
    private Map<String, List<Double>> both(String title, String grows, int size, Findings findings, Work work)
            throws IOException {
        Rounds.Lane plain = lane(direct, size, work);
        try {
            return Rounds.run(List.of(plain, lane(understudy, size, work)), rounds);
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
            say.accept("failed: " + why);
            findings.leftOut("%s, %s: %d failed: %s"
                    .formatted(title, grows, size, why.substring(0, Math.min(why.length(), WORDS_MAX))));
            understudy.awaitServing();
            understudy.settle();
            return Rounds.run(List.of(plain), rounds);
        }
    }

    private static String median(List<Double> runs) {
        return runs.isEmpty() ? "failed" : Numbers.of(Statistics.median(runs));
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

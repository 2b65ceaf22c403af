package io.understudy.bench.chapter;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.bench.contender.UnderstudyCluster;
import io.understudy.bench.figure.Chart;
import io.understudy.bench.figure.Chart.Series;
import io.understudy.bench.figure.Findings;
import io.understudy.bench.figure.Statistics;
import io.understudy.bench.load.PgBench;
import io.understudy.bench.load.PgBench.Run;
import io.understudy.bench.load.PgBench.Work;
import io.understudy.bench.report.Numbers;
import io.understudy.bench.report.Report.Heading;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Short write transactions, and what their time is spent on. */
final class UpdateChapter implements Chapter {
    private static final List<String> STAGES = List.of("execute", "seal", "majority", "local_commit");

    /** Of a stage, since the node's start. */
    private record Passed(long count, long micros) {}

    @Override
    public Heading heading() {
        return new Heading(
                "update",
                "Writes",
                "`pgbench -N`: UPDATE, SELECT and INSERT in a transaction; prepared protocol, scale 10, at 1 and 16 clients. Bars are for clients at the master's node.",
                20);
    }

    @Override
    public boolean sideBySide() {
        return true;
    }

    @Override
    public void run(Lab lab, Findings findings) throws Exception {
        Race race = Race.run(lab, Work.UPDATE, true, findings);
        for (int clients : new int[] {1, 16}) {
            findings.bound(race.atLeast(
                    "pgpool-II", clients, race.ratio(Race.OURS, "pgpool-II", clients), clients == 1 ? 2.5 : 4));
            findings.bound(race.atLeast(
                            "synchronous streaming replication",
                            clients,
                            race.ratio(Race.OURS, "streaming", clients),
                            clients == 1 ? 0.7 : 1.0)
                    .asAim());
        }
        UnderstudyCluster ours = lab.arena().understudy();
        whereTimeGoes(lab, ours, findings);
        findings.verified(ours.verify());
    }

    private static void whereTimeGoes(Lab lab, UnderstudyCluster ours, Findings findings) throws Exception {
        List<List<String>> rows = new ArrayList<>();
        List<String> categories = new ArrayList<>();
        Map<String, List<Double>> shares = new HashMap<>();
        for (int clients : new int[] {1, 16}) {
            Map<String, Passed> before = stages(ours);
            Run run = PgBench.timed(ours.target(), Work.UPDATE, clients, lab.run());
            Map<String, Passed> after = stages(ours);
            List<String> row = new ArrayList<>(List.of(Integer.toString(clients), Numbers.of(run.latencyMillis())));
            double sum = 0;
            for (String stage : STAGES) {
                double millis = mean(before.get(stage), after.get(stage));
                sum += millis;
                row.add(Numbers.of(millis));
                shares.computeIfAbsent(stage, s -> new ArrayList<>()).add(millis);
            }
            double rest = Math.max(0, run.latencyMillis() - sum);
            row.add(Numbers.of(rest));
            shares.computeIfAbsent("rest", s -> new ArrayList<>()).add(rest);
            rows.add(row);
            categories.add(clients + (clients == 1 ? " client" : " clients"));
            ours.settle();
        }
        findings.table(
                "Where a transaction's time goes, milliseconds (means):",
                List.of(
                        "clients",
                        "latency",
                        "execute: BEGIN to the client's COMMIT",
                        "seal and gap check",
                        "append, and a majority has it on disk",
                        "local commit",
                        "rest: BEGIN, pgbench, the way between"),
                rows);
        List<Series> series = new ArrayList<>();
        for (String stage : List.of("execute", "seal", "majority", "local_commit", "rest")) {
            series.add(new Series(stage.replace('_', ' '), List.of(), shares.getOrDefault(stage, List.of())));
        }
        findings.chart(Chart.bars("update-stages", "Stages of a write transaction", "ms", categories, series));
        List<Double> visible = ApplyDelay.measure(ours, lab.pick(500, 50));
        findings.note("Apply: a committed change was to be seen in the last replica's PostgreSQL "
                + Numbers.of(Statistics.median(visible))
                + " ms after the client had its answer (median of " + visible.size()
                + ", one client, nothing else going on; 95 % within "
                + Numbers.of(Statistics.quantile(visible, 0.95)) + " ms).");
    }

    private static double mean(@Nullable Passed before, @Nullable Passed after) {
        if (after == null) {
            return 0;
        }
        Passed from = before == null ? new Passed(0, 0) : before;
        long count = after.count() - from.count();
        return count == 0 ? 0 : (after.micros() - from.micros()) / 1e3 / count;
    }

    private static Map<String, Passed> stages(UnderstudyCluster ours) throws IOException {
        try {
            // What nodes tell of themselves is renewed twice a second.
            Thread.sleep(1500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        Map<String, Passed> stages = new HashMap<>();
        for (JsonNode stage : ours.stages()) {
            stages.put(
                    stage.path("stage").asText(),
                    new Passed(
                            stage.path("count").asLong(),
                            stage.path("totalMicros").asLong()));
        }
        if (!stages.keySet().containsAll(STAGES)) {
            throw new IOException("the master does not tell its stages, only " + stages.keySet());
        }
        return stages;
    }
}

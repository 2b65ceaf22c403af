package io.understudy.bench.chapter;

import io.understudy.bench.contender.Contender;
import io.understudy.bench.contender.Settings;
import io.understudy.bench.contender.UnderstudyCluster;
import io.understudy.bench.figure.Bound;
import io.understudy.bench.figure.Chart;
import io.understudy.bench.figure.Chart.Series;
import io.understudy.bench.figure.Findings;
import io.understudy.bench.figure.Measurement;
import io.understudy.bench.figure.Statistics;
import io.understudy.bench.load.PgBench;
import io.understudy.bench.load.PgBench.Work;
import io.understudy.bench.load.Rounds;
import io.understudy.bench.load.Target;
import io.understudy.bench.report.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All contenders with one kind of work in turn, for several numbers of clients. */
final class Race {
    static final String OURS = "Understudy";
    private static final List<Integer> CLIENTS = List.of(1, 16);

    private final Lab lab;
    private final Work work;
    private final List<Entrant> entrants = new ArrayList<>();
    private final Map<Integer, Map<String, List<Double>>> runs = new LinkedHashMap<>();

    /** A contender at one place where clients connect. */
    private record Entrant(String name, Contender contender, Target target) {}

    private Race(Lab lab, Work work) {
        this.lab = lab;
        this.work = work;
    }

    /**
     * Runs it.
     *
     * @param atMaster whether {@link #OURS} alone means the master's node; the other kind of node takes part as well
     */
    static Race run(Lab lab, Work work, boolean atMaster, Findings findings) throws IOException {
        Race race = new Race(lab, work);
        List<Map<String, String>> settings = new ArrayList<>();
        for (Contender c : lab.arena().contenders()) {
            settings.add(Settings.of(c));
            if (c instanceof UnderstudyCluster ours) {
                Target master = ours.target();
                Target replica = ours.target(ours.replicas().getFirst());
                race.entrants.add(new Entrant(OURS, c, atMaster ? master : replica));
                race.entrants.add(new Entrant(race.other(atMaster), c, atMaster ? replica : master));
            } else {
                race.entrants.add(new Entrant(c.name(), c, c.target()));
            }
        }
        findings.contenders(settings);
        lab.arena().missing().forEach(findings::leftOut);
        for (int clients : CLIENTS) {
            race.lap(clients, findings);
        }
        race.tell(findings);
        return race;
    }

    private String other(boolean atMaster) {
        return OURS + ", " + (atMaster ? "replica's node" : "master's node");
    }

    /** How many times as fast ours is, by the median of the rounds' ratios; null if that contender is missing. */
    @Nullable
    Double ratio(String ours, String theirs, int clients) {
        List<Double> a = runs.getOrDefault(clients, Map.of()).get(ours);
        List<Double> b = runs.getOrDefault(clients, Map.of()).get(theirs);
        return a == null || b == null ? null : Statistics.ratio(a, b);
    }

    /** The smaller of the ratios of both of our nodes. */
    @Nullable
    Double worstRatio(String theirs, int clients, boolean atMaster) {
        Double one = ratio(OURS, theirs, clients);
        Double two = ratio(other(atMaster), theirs, clients);
        return one == null || two == null ? null : Math.min(one, two);
    }

    Bound atLeast(String theirs, int clients, @Nullable Double ratio, double limit) {
        return Bound.atLeast(
                "%s, %d client%s, of %s".formatted(work.name(), clients, clients == 1 ? "" : "s", theirs),
                ratio,
                limit,
                "");
    }

    private void lap(int clients, Findings findings) throws IOException {
        List<Rounds.Lane> lanes = new ArrayList<>();
        for (Entrant e : entrants) {
            lanes.add(new Rounds.Lane() {
                @Override
                public String name() {
                    return e.name();
                }

                @Override
                public double run() throws IOException {
                    double perSecond =
                            PgBench.timed(e.target(), work, clients, lab.run()).perSecond();
                    e.contender().settle();
                    lab.say("%s, %d clients, %s: %.0f/s".formatted(work.name(), clients, e.name(), perSecond));
                    return perSecond;
                }
            });
        }
        Map<String, List<Double>> lap = Rounds.run(lanes, lab.rounds());
        runs.put(clients, lap);
        lap.forEach((name, values) -> findings.measured(
                new Measurement(name, work.name() + ", clients: " + clients, "transactions/s", values)));
    }

    private void tell(Findings findings) {
        List<String> columns = new ArrayList<>(List.of("contender"));
        List<String> categories = new ArrayList<>();
        for (int clients : CLIENTS) {
            String c = clients + (clients == 1 ? " client" : " clients");
            categories.add(c);
            columns.addAll(List.of(c + ", per second", "from – to", "of direct", "Understudy is … × this"));
        }
        List<List<String>> rows = new ArrayList<>();
        List<Series> series = new ArrayList<>();
        for (Entrant e : entrants) {
            List<String> row = new ArrayList<>(List.of(e.name()));
            List<Double> medians = new ArrayList<>();
            for (int clients : CLIENTS) {
                List<Double> values = runs.getOrDefault(clients, Map.of()).getOrDefault(e.name(), List.of());
                double median = Statistics.median(values);
                medians.add(median);
                row.add(Numbers.of(median));
                row.add(Numbers.of(Statistics.min(values)) + " – " + Numbers.of(Statistics.max(values)));
                row.add(text(ratio(e.name(), "direct", clients)));
                row.add(text(ratio(OURS, e.name(), clients)));
            }
            rows.add(row);
            series.add(new Series(e.name(), List.of(), medians));
        }
        findings.table("", columns, rows);
        findings.chart(Chart.bars(
                work.name(), work.name() + ", pgbench scale " + lab.scale(), "transactions/s", categories, series));
        findings.note(
                "%d rounds of %d s for each, after one that does not count; every round begins with another contender, and what replicas have to catch up with is over before the next one runs."
                        .formatted(lab.rounds(), lab.run().toSeconds()));
    }

    private static String text(@Nullable Double ratio) {
        return ratio == null ? "-" : Numbers.of(ratio);
    }
}

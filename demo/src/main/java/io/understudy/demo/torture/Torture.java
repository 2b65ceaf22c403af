package io.understudy.demo.torture;

import io.understudy.demo.cluster.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Round after round of random work on a cluster, until something is wrong or there have been enough. */
public final class Torture {
    private static final int CLIENTS = 5;

    private final LocalCluster cluster;
    private final Plan plan;
    private final Consumer<String> progress;
    private final Map<String, Long> successes = new TreeMap<>();
    private final Map<String, Long> failures = new TreeMap<>();
    private final Map<String, Long> refusals = new TreeMap<>();
    private int rounds;
    private long statements;
    private long transactions;

    /**
     * @param seed decides schemas and what each client does; who is faster is not decided
     * @param rounds at most
     * @param limit of the time for working; after it the round ends, and no other begins
     * @param transactions of each client in a round, at most
     * @param transcripts directory for what was sent
     */
    public record Plan(long seed, int rounds, Duration limit, int transactions, Path transcripts) {}

    /**
     * What happened.
     *
     * @param findings what was wrong, for people; empty if nothing was
     * @param transactions explicit ones that committed
     * @param successes how often each kind of deed succeeded, by name
     * @param failures how many errors clients got, by SQLSTATE
     * @param refusals what was refused as not supported, and how often
     */
    public record Report(
            List<String> findings,
            int rounds,
            long statements,
            long transactions,
            Map<String, Long> successes,
            Map<String, Long> failures,
            Map<String, Long> refusals) {

        public Report {
            findings = List.copyOf(findings);
            successes = Map.copyOf(successes);
            failures = Map.copyOf(failures);
            refusals = Map.copyOf(refusals);
        }
    }

    public Torture(LocalCluster cluster, Plan plan, Consumer<String> progress) {
        this.cluster = cluster;
        this.plan = plan;
        this.progress = progress;
    }

    /** The kinds of deeds that there are. */
    public static List<String> deeds() {
        return DeedDeck.names();
    }

    /** Works; the cluster must serve. After a finding the round's schema stays, for people to look at. */
    public Report run() throws IOException, SQLException, InterruptedException {
        progress.accept("seed " + plan.seed());
        Inspection inspection = new Inspection(cluster);
        ProxyLogs logs = ProxyLogs.fromNow(cluster);
        long end = System.nanoTime() + plan.limit().toNanos();
        List<String> findings = new ArrayList<>();
        while (findings.isEmpty() && rounds < plan.rounds() && System.nanoTime() < end) {
            rounds++;
            long began = System.nanoTime();
            Round round = new Round(
                    cluster,
                    inspection,
                    logs,
                    new Round.Plan(
                            rounds, plan.seed() + rounds - 1, CLIENTS, plan.transactions(), end, plan.transcripts()));
            findings.addAll(round.run());
            statements += round.statements();
            transactions += round.outcomes().transactions();
            merge(successes, round.outcomes().successes());
            merge(failures, round.outcomes().failures());
            merge(refusals, round.outcomes().refusals());
            progress.accept("round " + rounds + " (seed " + (plan.seed() + rounds - 1) + "): " + round.statements()
                    + " statements, " + round.outcomes().transactions() + " transactions, "
                    + (System.nanoTime() - began) / 1_000_000_000 + " s, "
                    + (findings.isEmpty() ? "all nodes equal" : findings.size() + " findings"));
        }
        return new Report(findings, rounds, statements, transactions, successes, failures, refusals);
    }

    private static void merge(Map<String, Long> into, Map<String, Long> counts) {
        counts.forEach((what, count) -> into.merge(what, count, Long::sum));
    }
}

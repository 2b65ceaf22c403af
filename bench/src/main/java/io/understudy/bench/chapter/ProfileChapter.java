package io.understudy.bench.chapter;

import io.understudy.bench.contender.UnderstudyCluster;
import io.understudy.bench.figure.Findings;
import io.understudy.bench.load.FlightRecorder;
import io.understudy.bench.load.FlightRecorder.Profile;
import io.understudy.bench.load.PgBench;
import io.understudy.bench.load.PgBench.Run;
import io.understudy.bench.load.PgBench.Work;
import io.understudy.bench.load.ProcessTimes;
import io.understudy.bench.report.Numbers;
import io.understudy.bench.report.Report.Heading;
import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What processor time goes into, of reads and of writes. */
final class ProfileChapter implements Chapter {
    private static final int CLIENTS = 16;
    private static final int ROWS = 15;

    @Override
    public Heading heading() {
        return new Heading(
                "profile",
                "Where processor time goes",
                "Java Flight Recorder's samples of processor time (`jdk.CPUTimeSample`, every 10 ms) in the proxy that 16 clients use, and what the kernel counts for each process.",
                4);
    }

    @Override
    public void run(Lab lab, Findings findings) throws Exception {
        try (UnderstudyCluster cluster = lab.cluster(3, lab.scale())) {
            path(lab, cluster, cluster.replicas().getFirst(), Work.SELECT, "a replica's node", findings);
            path(lab, cluster, cluster.master(), Work.UPDATE, "the master's node", findings);
            findings.verified(cluster.verify());
        }
    }

    private static void path(
            Lab lab, UnderstudyCluster cluster, LocalNode node, Work work, String where, Findings findings)
            throws IOException {
        PgBench.timed(cluster.target(node), work, CLIENTS, lab.run());
        long proxy = node.proxyPid().orElseThrow(() -> new IOException(node.name() + " has no proxy"));
        Duration time = Duration.ofSeconds(lab.pick(30, 4));
        Profile profile;
        Run run;
        List<Double> before = new ArrayList<>();
        List<Double> after = new ArrayList<>();
        try (FlightRecorder recorder = new FlightRecorder(proxy)) {
            for (LocalNode n : cluster.local().nodes()) {
                before.addAll(seconds(n));
            }
            run = PgBench.timed(cluster.target(node), work, CLIENTS, time);
            for (LocalNode n : cluster.local().nodes()) {
                after.addAll(seconds(n));
            }
            profile = recorder.stop(lab.directory().resolve("profile.jfr"));
        }
        cluster.settle();
        if (profile.samples() < 50) {
            throw new IOException("the recorder took only " + profile.samples() + " samples of processor time");
        }
        List<List<String>> processes = new ArrayList<>();
        for (int i = 0; i < cluster.local().nodes().size(); i++) {
            LocalNode n = cluster.local().nodes().get(i);
            double ofProxy = after.get(2 * i) - before.get(2 * i);
            double ofServer = after.get(2 * i + 1) - before.get(2 * i + 1);
            processes.add(List.of(
                    n.name() + (n.number() == node.number() ? ", where the clients are" : ""),
                    micros(ofProxy, run),
                    micros(ofServer, run)));
        }
        findings.table(
                "**%s** through %s, 16 clients, %s/s. Processor time for each transaction, of all threads:"
                        .formatted(work.name(), where, Numbers.of(run.perSecond())),
                List.of("node", "proxy", "PostgreSQL"),
                processes);
        findings.table(
                "The proxy's processor time by the innermost package of ours on the stack (%,d samples; %,d more have no stack):"
                        .formatted(profile.samples(), profile.lost()),
                List.of("package", "share"),
                rows(profile.byPackage(), profile.samples()));
        findings.table(
                "By the innermost method of ours:",
                List.of("method", "share"),
                rows(profile.byPlace(), profile.samples()));
        findings.table(
                "By the innermost method of all:",
                List.of("method", "share"),
                rows(profile.byTop(), profile.samples()));
    }

    private static List<Double> seconds(LocalNode node) throws IOException {
        return List.of(
                ProcessTimes.seconds(node.proxyPid().orElseThrow()),
                ProcessTimes.seconds(node.postgres().pid().orElseThrow()));
    }

    private static String micros(double seconds, Run run) {
        return Numbers.of(seconds * 1e6 / run.transactions()) + " µs";
    }

    private static List<List<String>> rows(Map<String, Long> counts, long all) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .limit(ROWS)
                .map(e -> List.of("`" + e.getKey() + "`", Numbers.of(100.0 * e.getValue() / all) + " %"))
                .toList();
    }
}

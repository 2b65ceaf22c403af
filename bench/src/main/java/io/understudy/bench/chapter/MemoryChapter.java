package io.understudy.bench.chapter;

import io.understudy.bench.contender.UnderstudyCluster;
import io.understudy.bench.figure.Findings;
import io.understudy.bench.figure.Measurement;
import io.understudy.bench.load.FlightRecorder;
import io.understudy.bench.load.PgBench;
import io.understudy.bench.load.PgBench.Work;
import io.understudy.bench.load.ProcessTimes;
import io.understudy.bench.load.Target;
import io.understudy.bench.report.Numbers;
import io.understudy.bench.report.Report.Heading;
import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a proxy's heap holds: under load, for clients that do nothing, and for shapes of statements. */
final class MemoryChapter implements Chapter {
    /** Of jcmd's class histogram: instances and bytes of everything. */
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+(\\d+)\\s+(\\d+)");

    @Override
    public Heading heading() {
        return new Heading(
                "memory",
                "Memory of a proxy",
                "What is alive in the heap of one node's proxy, after a full collection (`jcmd GC.class_histogram`).",
                5);
    }

    @Override
    public void run(Lab lab, Findings findings) throws Exception {
        try (UnderstudyCluster cluster = lab.cluster(3, lab.scale())) {
            LocalNode node = cluster.master();
            List<List<String>> rows = new ArrayList<>();
            PgBench.timed(cluster.target(node), Work.UPDATE, 16, lab.run());
            PgBench.timed(cluster.target(node), Work.SELECT, 16, lab.run());
            double rest = alive(node);
            rows.add(row("at rest, after some work", rest, node));
            underLoad(lab, cluster, node, rows);
            int shapes = lab.pick(10_000, 1_000);
            double known = shapes(cluster, node, shapes, rows);
            // Last, for a node forgets clients that have gone only by and by.
            int clients = lab.pick(1_000, 100);
            double idle = idle(cluster, node, clients, rows);
            findings.table("", List.of("", "alive in the heap", "process, resident"), rows);
            findings.note("Per idle client: " + Numbers.of(idle * 1024) + " kB. Per 1,000 shapes: " + Numbers.of(known)
                    + " MB.");
            findings.measured(new Measurement("Understudy", "idle client", "MB", List.of(idle)));
            findings.measured(new Measurement("Understudy", "1,000 shapes", "MB", List.of(known)));
            findings.verified(cluster.verify());
        }
    }

    private static void underLoad(Lab lab, UnderstudyCluster cluster, LocalNode node, List<List<String>> rows)
            throws IOException, InterruptedException {
        List<IOException> failed = new ArrayList<>();
        Duration time = lab.run().multipliedBy(2);
        Target target = cluster.target(node);
        Thread load = Thread.ofPlatform().start(() -> {
            try {
                PgBench.timed(target, Work.UPDATE, 16, time);
            } catch (IOException e) {
                failed.add(e);
            }
        });
        try {
            Thread.sleep(time.dividedBy(2));
            rows.add(row("while 16 clients write", alive(node), node));
        } finally {
            load.join();
        }
        if (!failed.isEmpty()) {
            throw failed.getFirst();
        }
        cluster.settle();
    }

    /** Megabytes for each client. */
    private static double idle(UnderstudyCluster cluster, LocalNode node, int clients, List<List<String>> rows)
            throws IOException, SQLException {
        double before = alive(node);
        List<Connection> open = new ArrayList<>();
        try {
            for (int i = 0; i < clients; i++) {
                open.add(cluster.target(node).connect());
            }
            double during = alive(node);
            rows.add(row(clients + " clients connected that do nothing", during, node));
            return (during - before) / clients;
        } finally {
            for (Connection c : open) {
                c.close();
            }
        }
    }

    /** Megabytes for each thousand. */
    private static double shapes(UnderstudyCluster cluster, LocalNode node, int shapes, List<List<String>> rows)
            throws IOException, SQLException {
        double before = alive(node);
        try (Connection c = cluster.target(node).connect();
                Statement s = c.createStatement()) {
            for (int i = 0; i < shapes; i++) {
                try (ResultSet r = s.executeQuery(Shapes.query(i))) {
                    r.next();
                }
            }
        }
        double after = alive(node);
        rows.add(row("%,d more shapes known".formatted(shapes), after, node));
        return (after - before) * 1000 / shapes;
    }

    private static List<String> row(String what, double megabytes, LocalNode node) throws IOException {
        return List.of(
                what, Numbers.of(megabytes) + " MB", Numbers.of(ProcessTimes.residentMegabytes(pid(node))) + " MB");
    }

    /** Collects everything first. */
    private static double alive(LocalNode node) throws IOException {
        Matcher total = TOTAL.matcher(FlightRecorder.jcmd(pid(node), "GC.class_histogram"));
        if (!total.find()) {
            throw new IOException("the proxy of " + node.name() + " does not tell what is in its heap");
        }
        return Long.parseLong(total.group(2)) / 1024.0 / 1024.0;
    }

    private static long pid(LocalNode node) throws IOException {
        return node.proxyPid().orElseThrow(() -> new IOException(node.name() + " has no proxy"));
    }
}

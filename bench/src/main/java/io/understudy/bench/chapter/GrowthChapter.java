package io.understudy.bench.chapter;

import io.understudy.bench.contender.Contender;
import io.understudy.bench.contender.Direct;
import io.understudy.bench.contender.UnderstudyCluster;
import io.understudy.bench.figure.Findings;
import io.understudy.bench.load.PgBench;
import io.understudy.bench.load.PgBench.Work;
import io.understudy.bench.report.Report.Heading;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** What becomes dearer, and how much, when there is more of it. */
final class GrowthChapter implements Chapter {
    private static final int BYTES_A_RUN = 40_000_000;
    private static final int ROWS_MAX = 300;
    private static final int ACCOUNTS = 100_000;

    @Override
    public Heading heading() {
        return new Heading(
                "growth",
                "Cost as work grows",
                "One thing grows at a time; Understudy's clients are at the master's node. Three nodes, unless it is their number that grows.",
                130);
    }

    @Override
    public void run(Lab lab, Findings findings) throws Exception {
        StringBuilder verified = new StringBuilder();
        try (Direct direct = lab.direct(lab.scale());
                UnderstudyCluster cluster = lab.cluster(3, lab.scale())) {
            Pair pair = new Pair(direct, cluster, lab.pick(3, 1), lab.progress());
            clients(lab, pair, findings);
            rows(lab, pair, findings);
            transactions(lab, pair, findings);
            shapes(lab, pair, findings);
            verified.append(cluster.verify());
        }
        verified.append("; ").append(NodeGrowth.run(lab, findings));
        verified.append("; ").append(LogGrowth.run(lab, findings));
        findings.verified(verified.toString());
    }

    private static void clients(Lab lab, Pair pair, Findings findings) throws Exception {
        List<Integer> clients = lab.pick(List.of(1, 4, 16, 64, 256), List.of(1, 32));
        for (Work work : List.of(Work.SELECT, Work.UPDATE)) {
            pair.grow(
                    "growth-clients-" + work.name(),
                    "Clients, " + work.name(),
                    "clients",
                    "transactions/s",
                    clients,
                    findings,
                    (contender, n) -> PgBench.timed(contender.target(), work, n, lab.run())
                            .perSecond());
        }
    }

    private static void rows(Lab lab, Pair pair, Findings findings) throws Exception {
        for (Contender c : List.of(pair.direct(), pair.understudy())) {
            execute(c, "CREATE TABLE wide (id bigserial PRIMARY KEY, value bytea)");
        }
        List<Integer> sizes =
                lab.pick(List.of(100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000), List.of(100, 1_000_000));
        pair.grow(
                "growth-rows-written",
                "Rows written",
                "bytes",
                "ms a row, INSERT by one client",
                sizes,
                findings,
                GrowthChapter::insert);
        pair.grow(
                "growth-rows-read",
                "Rows read",
                "bytes",
                "ms a row, SELECT by key by one client",
                sizes,
                findings,
                GrowthChapter::read);
    }

    private static int times(int bytes) {
        return Math.clamp(BYTES_A_RUN / bytes, 3, ROWS_MAX);
    }

    private static double insert(Contender contender, int bytes) throws SQLException {
        byte[] value = new byte[bytes];
        // Nothing that compression would make small.
        ThreadLocalRandom.current().nextBytes(value);
        try (Connection c = contender.target().connect();
                PreparedStatement insert = c.prepareStatement("INSERT INTO wide (value) VALUES (?)")) {
            int times = times(bytes);
            long begun = System.nanoTime();
            for (int i = 0; i < times; i++) {
                insert.setBytes(1, value);
                insert.executeUpdate();
            }
            return (System.nanoTime() - begun) / 1e6 / times;
        }
    }

    private static double read(Contender contender, int bytes) throws SQLException {
        try (Connection c = contender.target().connect();
                Statement s = c.createStatement();
                PreparedStatement read = c.prepareStatement("SELECT value FROM wide WHERE id = ?")) {
            long id;
            try (ResultSet r = s.executeQuery("SELECT max(id) FROM wide WHERE length(value) = " + bytes)) {
                r.next();
                id = r.getLong(1);
            }
            int times = times(bytes);
            long begun = System.nanoTime();
            for (int i = 0; i < times; i++) {
                read.setLong(1, id);
                try (ResultSet r = read.executeQuery()) {
                    if (!r.next() || r.getBytes(1).length != bytes) {
                        throw new SQLException("the row of " + bytes + " bytes did not come back whole");
                    }
                }
            }
            return (System.nanoTime() - begun) / 1e6 / times;
        }
    }

    private static void transactions(Lab lab, Pair pair, Findings findings) throws Exception {
        pair.grow(
                "growth-statements",
                "Statements in a transaction",
                "statements",
                "ms a transaction of UPDATEs by key, one client",
                lab.pick(List.of(1, 10, 100, 1_000, 10_000), List.of(1, 100)),
                findings,
                GrowthChapter::update);
    }

    private static double update(Contender contender, int statements) throws SQLException {
        try (Connection c = contender.target().connect();
                PreparedStatement update =
                        c.prepareStatement("UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = ?")) {
            c.setAutoCommit(false);
            int times = Math.clamp(2_000 / statements, 1, 300);
            long begun = System.nanoTime();
            for (int t = 0; t < times; t++) {
                int first = ThreadLocalRandom.current().nextInt(1, ACCOUNTS - statements);
                for (int i = 0; i < statements; i++) {
                    update.setInt(1, first + i);
                    update.executeUpdate();
                }
                c.commit();
            }
            return (System.nanoTime() - begun) / 1e6 / times;
        }
    }

    private static void shapes(Lab lab, Pair pair, Findings findings) throws Exception {
        pair.grow(
                "growth-shapes",
                "Shapes of statements in use",
                "shapes",
                "queries/s by one client, each of a shape by chance",
                lab.pick(List.of(1_000, 10_000, 100_000), List.of(100, 1_000)),
                findings,
                (contender, n) -> query(lab, contender, n));
        findings.note("Up to 20,000 shapes are remembered; beyond, classification parses again what was forgotten.");
    }

    private static double query(Lab lab, Contender contender, int shapes) throws SQLException {
        try (Connection c = contender.target().connect();
                Statement s = c.createStatement()) {
            long begun = System.nanoTime();
            long end = begun + lab.run().toNanos();
            long done = 0;
            while (System.nanoTime() < end) {
                try (ResultSet r =
                        s.executeQuery(Shapes.query(ThreadLocalRandom.current().nextInt(shapes)))) {
                    r.next();
                }
                done++;
            }
            return done / ((System.nanoTime() - begun) / 1e9);
        }
    }

    private static void execute(Contender contender, String sql) throws SQLException {
        try (Connection c = contender.target().connect();
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }
}

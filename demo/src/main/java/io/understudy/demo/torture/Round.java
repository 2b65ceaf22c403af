package io.understudy.demo.torture;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One world, worked on by some clients at once through all nodes, and inspected. */
final class Round {
    private final LocalCluster cluster;
    private final Inspection inspection;
    private final ProxyLogs logs;
    private final Plan plan;
    private final Outcomes outcomes = new Outcomes();
    private final List<String> findings = new ArrayList<>();
    private long statements;

    /**
     * @param number of the round, for names
     * @param seed of everything in it
     * @param clients at once, at least 3
     * @param transactions of each client at most
     * @param endNanos when it is enough, by {@link System#nanoTime}
     * @param transcripts directory for what clients sent
     */
    record Plan(int number, long seed, int clients, int transactions, long endNanos, Path transcripts) {}

    Round(LocalCluster cluster, Inspection inspection, ProxyLogs logs, Plan plan) {
        this.cluster = cluster;
        this.inspection = inspection;
        this.logs = logs;
        this.plan = plan;
    }

    /** @return what is wrong, for people; empty if nothing is */
    List<String> run() throws IOException, SQLException, InterruptedException {
        Dice dice = new Dice(plan.seed());
        World world = Schemas.make(dice, "round" + plan.number());
        if (setUp(world, dice)) {
            work(world, dice);
            findings.addAll(inspection.findings());
            findings.addAll(outcomes.findings(inspection.transactions(world.schema())));
        }
        findings.addAll(logs.findings());
        if (findings.isEmpty()) {
            tearDown(world);
        }
        return findings;
    }

    Outcomes outcomes() {
        return outcomes;
    }

    long statements() {
        return statements;
    }

    private boolean setUp(World world, Dice dice) throws IOException, SQLException {
        boolean atOnce = dice.percent(50);
        try (Transcript transcript = transcript("setup");
                Client client =
                        client(plan.number(), Protocol.values()[dice.below(Protocol.values().length)], transcript)) {
            if (atOnce) {
                client.run("begin");
            }
            for (String sql : world.setup()) {
                try {
                    client.run(sql);
                } catch (SQLException e) {
                    findings.add("set-up failed: " + Complaint.state(e) + " " + e.getMessage() + "\n  of: " + sql);
                    return false;
                }
            }
            if (atOnce) {
                client.run("commit");
            }
            statements += transcript.statements();
            return true;
        }
    }

    private void work(World world, Dice dice) throws IOException, InterruptedException {
        DeedDeck deck = DeedDeck.of(dice.percent(75));
        List<Future<String>> working = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 1; i <= plan.clients(); i++) {
                int number = i;
                Dice own = new Dice(dice.seed());
                working.add(threads.submit(() -> work(number, world, own, deck)));
            }
            for (Future<String> one : working) {
                String finding = one.get();
                if (!finding.isEmpty()) {
                    findings.add(finding);
                }
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private String work(int number, World world, Dice dice, DeedDeck deck) throws IOException {
        Protocol protocol = Protocol.values()[(number + plan.number()) % Protocol.values().length];
        try (Transcript transcript = transcript("client" + number)) {
            try (Client client = client(number, protocol, transcript)) {
                new Worker(number, client, world, dice, deck, outcomes)
                        .work(plan.transactions(), () -> System.nanoTime() > plan.endNanos());
                return "";
            } catch (SQLException e) {
                return "client " + number + " (" + protocol + ") had to stop: " + Complaint.state(e) + " "
                        + e.getMessage();
            } finally {
                count(transcript);
            }
        }
    }

    private synchronized void count(Transcript transcript) {
        statements += transcript.statements();
    }

    private void tearDown(World world) throws IOException, SQLException {
        try (Transcript transcript = transcript("teardown");
                Client client = client(plan.number(), Protocol.SIMPLE, transcript)) {
            client.run("drop schema if exists " + world.schema() + ", " + world.schema() + "_b cascade");
            for (int i = 0; i < 3; i++) {
                client.run("drop role if exists " + world.schema() + "_role" + i);
            }
        }
    }

    private Client client(int number, Protocol protocol, Transcript transcript) throws SQLException {
        LocalNode node = cluster.nodes().get(number % cluster.nodes().size());
        return new Client(protocol.connect(node, "postgres", cluster.password()), transcript);
    }

    private Transcript transcript(String name) throws IOException {
        return new Transcript(plan.transcripts().resolve("round" + plan.number() + "-" + name + ".txt"));
    }
}

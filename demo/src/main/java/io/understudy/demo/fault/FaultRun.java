package io.understudy.demo.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.demo.cluster.Await;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.fault.FaultKind.Lasting;
import io.understudy.demo.workload.CheckedWork;
import io.understudy.demo.workload.Pace;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Faults one after another, in an order that a seed decides, while clients write; after each the cluster must be whole again. */
public final class FaultRun {
    private static final Duration HEAL_LIMIT = Duration.ofSeconds(120);
    private static final Duration RESUME_LIMIT = Duration.ofSeconds(30);
    /** Between two faults, so that they meet a cluster at work. */
    private static final int WRITES_BETWEEN = 100;
    /** What lasts does so for up to this time after writes went on: long enough to be found out, or not. */
    private static final long LAST_MORE_MILLIS = 7_000;

    private final Scene scene;
    private final LocalCluster cluster;
    private final CheckedWork work;
    private final Pace pace;
    private final Random random;
    private final Consumer<String> progress;
    private final List<String> findings = new ArrayList<>();

    /**
     * One fault and what came of it.
     *
     * @param resumedMillis until the next acknowledged write
     * @param longestMillis the longest that a client waited for an answer, good or bad
     * @param healedMillis from its undoing until every node served
     */
    public record Outcome(FaultKind kind, String node, long resumedMillis, long longestMillis, long healedMillis) {}

    public FaultRun(Scene scene, CheckedWork work, long seed, Consumer<String> progress) {
        this.scene = scene;
        this.cluster = scene.cluster();
        this.work = work;
        this.pace = work.pace();
        this.random = new Random(seed);
        this.progress = progress;
    }

    /**
     * Runs so many faults of these kinds.
     *
     * @throws IOException if writes do not go on or nodes do not come back within two minutes
     */
    public List<Outcome> run(List<FaultKind> kinds, int count) throws IOException {
        return run(IntStream.range(0, count)
                .mapToObj(i -> kinds.get(random.nextInt(kinds.size())))
                .toList());
    }

    /** Runs these faults, one after another. */
    List<Outcome> run(List<FaultKind> kinds) throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        awaitServing();
        MasterWatch watch = new MasterWatch(cluster);
        try (watch) {
            for (FaultKind kind : kinds) {
                awaitWrites();
                Outcome o = once(kind);
                outcomes.add(o);
                progress.accept(String.format(
                        "%3d %-52s %s  writes after %5d ms, longest answer %5d ms, healed after %5d ms",
                        outcomes.size(),
                        kind.text(),
                        o.node(),
                        o.resumedMillis(),
                        o.longestMillis(),
                        o.healedMillis()));
            }
        }
        findings.addAll(watch.findings());
        return outcomes;
    }

    private Outcome once(FaultKind kind) throws IOException {
        LocalNode node = victim(kind);
        pace.mark();
        long resumed = -1;
        long begun;
        try {
            kind.inject(scene, node);
            pace.done();
            if (kind.lasting() != Lasting.UNTIL_UNDONE) {
                resumed = awaitResumed(kind, node);
            }
            if (kind.lasting() != Lasting.MOMENT) {
                Thread.sleep(random.nextLong(LAST_MORE_MILLIS));
            }
        } catch (SQLException e) {
            throw new IOException(kind.text() + " failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            begun = System.nanoTime();
            noteEnded(kind, node);
            scene.undo();
        }
        if (resumed < 0) {
            resumed = awaitResumed(kind, node);
        }
        awaitServing();
        long healed = (System.nanoTime() - begun) / 1_000_000;
        return new Outcome(kind, node.name(), resumed, pace.longestMillis(), healed);
    }

    /** Nodes that nothing was done to go on. */
    private void noteEnded(FaultKind kind, LocalNode victim) throws IOException {
        for (LocalNode node : cluster.nodes()) {
            if (kind == FaultKind.KILL_ALL || node == victim) {
                continue;
            }
            if (node.proxyPid().isEmpty() || !node.postgres().running()) {
                findings.add((node.proxyPid().isEmpty() ? "the proxy" : "the PostgreSQL server") + " of " + node.name()
                        + " ended during: " + kind.text() + " (" + victim.name() + ")");
            }
        }
    }

    private long awaitResumed(FaultKind kind, LocalNode node) throws IOException {
        Duration limit = kind.lasting() != Lasting.UNTIL_UNDONE ? RESUME_LIMIT : HEAL_LIMIT;
        if (!Await.within(limit, () -> pace.resumedMillis() >= 0)) {
            throw new IOException("no write was acknowledged in " + limit.toSeconds() + " s after " + kind.text() + " ("
                    + node.name() + "); a client was told: " + pace.lastError());
        }
        return pace.resumedMillis();
    }

    private LocalNode victim(FaultKind kind) throws IOException {
        List<LocalNode> found = new ArrayList<>();
        for (JsonNode node : cluster.status().path("nodes")) {
            if (node.path("role").asText().equals("master") == kind.hitsMaster()) {
                found.add(cluster.nodes().stream()
                        .filter(n -> n.name().equals(node.path("name").asText()))
                        .findFirst()
                        .orElseThrow());
            }
        }
        if (found.isEmpty()) {
            throw new IOException("there is no master: " + cluster.status());
        }
        found.sort(Comparator.comparing(LocalNode::name));
        return found.get(random.nextInt(found.size()));
    }

    private void awaitWrites() throws IOException {
        int goal = pace.acknowledged() + WRITES_BETWEEN;
        Await.until("acknowledged writes", RESUME_LIMIT, () -> pace.acknowledged() >= goal);
    }

    private void awaitServing() throws IOException {
        if (!Await.within(HEAL_LIMIT, this::serving)) {
            throw new IOException(
                    "not every node serves " + HEAL_LIMIT.toSeconds() + " s after the last fault: " + cluster.status());
        }
    }

    private boolean serving() throws IOException {
        int masters = 0;
        for (JsonNode node : cluster.status().path("nodes")) {
            String state = node.path("state").asText();
            masters += state.equals("master") ? 1 : 0;
            if (!state.equals("master") && !state.equals("replica")) {
                return false;
            }
        }
        return masters == 1;
    }

    /** Waits until every node has applied everything, then compares. To be called when the clients have ended. */
    public List<String> check() throws IOException, SQLException {
        awaitServing();
        Await.until("equal applied indexes", HEAL_LIMIT, this::level);
        findings.addAll(work.check());
        findings.addAll(Contents.differences(Contents.ofAll(cluster)));
        return List.copyOf(findings);
    }

    private boolean level() throws IOException {
        JsonNode status = cluster.status();
        for (JsonNode node : status.path("nodes")) {
            if (node.path("appliedIndex").asLong() != status.path("lastIndex").asLong()) {
                return false;
            }
        }
        return true;
    }
}

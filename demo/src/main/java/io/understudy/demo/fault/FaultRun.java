package io.understudy.demo.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.understudy.demo.cluster.Await;
import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Faults one after another, in an order that a seed decides, while clients write; after each the cluster must be whole again. */
public final class FaultRun {
    private static final Duration HEAL_LIMIT = Duration.ofSeconds(60);
    private static final Duration RESUME_LIMIT = Duration.ofSeconds(30);
    /** Between two faults, so that they meet a cluster at work. */
    private static final int WRITES_BETWEEN = 100;
    /** What is frozen stays so for up to this time after writes went on: long enough to be found out, or not. */
    private static final long FREEZE_MORE_MILLIS = 7_000;

    private final LocalCluster cluster;
    private final CheckedWrites writes;
    private final Random random;
    private final Consumer<String> progress;

    /**
     * One fault and what came of it.
     *
     * @param resumedMillis until the next acknowledged write
     * @param longestMillis the longest that a client waited for an answer, good or bad
     * @param healedMillis from its undoing until every node served
     */
    public record Outcome(FaultKind kind, String node, long resumedMillis, long longestMillis, long healedMillis) {}

    public FaultRun(LocalCluster cluster, CheckedWrites writes, long seed, Consumer<String> progress) {
        this.cluster = cluster;
        this.writes = writes;
        this.random = new Random(seed);
        this.progress = progress;
    }

    /**
     * Runs so many faults of these kinds.
     *
     * @throws IOException if writes do not go on or nodes do not come back within about a minute
     */
    public List<Outcome> run(List<FaultKind> kinds, int count) throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        awaitServing();
        for (int i = 1; i <= count; i++) {
            FaultKind kind = kinds.get(random.nextInt(kinds.size()));
            awaitWrites();
            Outcome o = once(kind);
            outcomes.add(o);
            progress.accept(String.format(
                    "%3d %-52s %s  writes after %5d ms, longest answer %5d ms, healed after %5d ms",
                    i, kind.text(), o.node(), o.resumedMillis(), o.longestMillis(), o.healedMillis()));
        }
        return outcomes;
    }

    private Outcome once(FaultKind kind) throws IOException {
        LocalNode node = victim(kind);
        writes.mark();
        long resumed = -1;
        long begun;
        try {
            kind.inject(cluster, node);
            writes.done();
            if (kind.writesGoOn()) {
                resumed = awaitResumed(kind, node);
                if (kind.freezes()) {
                    Thread.sleep(random.nextLong(FREEZE_MORE_MILLIS));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            begun = System.nanoTime();
            kind.undo(cluster, node);
        }
        if (resumed < 0) {
            resumed = awaitResumed(kind, node);
        }
        awaitServing();
        long healed = (System.nanoTime() - begun) / 1_000_000;
        return new Outcome(kind, node.name(), resumed, writes.longestMillis(), healed);
    }

    private long awaitResumed(FaultKind kind, LocalNode node) throws IOException {
        Duration limit = kind.writesGoOn() ? RESUME_LIMIT : HEAL_LIMIT;
        if (!Await.within(limit, () -> writes.resumedMillis() >= 0)) {
            throw new IOException("no write was acknowledged in " + limit.toSeconds() + " s after " + kind.text() + " ("
                    + node.name() + "); a client was told: " + writes.lastError());
        }
        return writes.resumedMillis();
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
        int goal = writes.acknowledged() + WRITES_BETWEEN;
        Await.until("acknowledged writes", RESUME_LIMIT, () -> writes.acknowledged() >= goal);
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
        return writes.check();
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

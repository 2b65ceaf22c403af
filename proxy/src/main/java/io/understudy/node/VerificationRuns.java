package io.understudy.node;

import io.understudy.admin.NodeSums;
import io.understudy.admin.OrderRefusedException;
import io.understudy.admin.VerificationRunner;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ClusterMembers;
import io.understudy.event.EventLog;
import io.understudy.execution.MasterGate;
import io.understudy.log.VerificationScope;
import io.understudy.repair.DatabaseSums;
import io.understudy.repair.Verification.Result;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Comparisons of nodes: begun on the master, summed up by each node, compared on the master. Safe for use by many threads. */
final class VerificationRuns implements VerificationRunner, NodeSums {
    private static final int RUNS_KEPT = 16;
    private static final long TABLE_MILLIS_MAX = Duration.ofMinutes(20).toMillis();

    private final NodeConfig config;
    private final ClusterMembers members;
    private final MasterGate gate;
    private final EventLog events;
    private final LocalServer local;
    private final io.understudy.repair.Verification here;
    private final VerificationPoints points;
    private final VerificationFindings findings;
    private final Map<String, Verification> runs = new LinkedHashMap<>();
    private final Map<String, Request> running = new LinkedHashMap<>();
    private final AtomicLong finished = new AtomicLong();
    private final AtomicLong different = new AtomicLong();

    VerificationRuns(
            NodeConfig config,
            ClusterMembers members,
            VerificationSessions sessions,
            MasterGate gate,
            LocalServer local,
            EventLog events,
            VerificationPoints points,
            VerificationFindings findings) {
        this.config = config;
        this.members = members;
        this.gate = gate;
        this.local = local;
        this.events = events;
        this.points = points;
        this.findings = findings;
        this.here = new io.understudy.repair.Verification(sessions, TABLE_MILLIS_MAX);
    }

    /** The apply loop has come to a point. */
    void point(UUID point, long index, VerificationScope scope) {
        here.reached(point, index, scope);
    }

    @Override
    public String start(Request request, boolean mayForward) throws OrderRefusedException {
        requireNodes(request);
        synchronized (this) {
            for (Map.Entry<String, Request> r : running.entrySet()) {
                if (r.getValue().equals(request)) {
                    return r.getKey();
                }
            }
        }
        VerificationRun run = begin(request, request.nodes().isEmpty() ? all() : request.nodes(), 100);
        Thread.ofVirtual().name("verify").start(() -> finish(run));
        return run.id();
    }

    /** But witnesses, as far as they can be reached. */
    private List<String> all() {
        return members.names().stream().filter(n -> !points.isWitness(n)).toList();
    }

    private void requireNodes(Request request) throws OrderRefusedException {
        List<String> unknown = new ArrayList<>(request.nodes());
        unknown.removeAll(all());
        if (!unknown.isEmpty()) {
            throw new OrderRefusedException("there is no node " + String.join(", ", unknown) + "; there are " + all());
        }
        if (request.nodes().stream().distinct().count() == 1) {
            throw new OrderRefusedException("one node cannot be compared: name two, or none for all");
        }
    }

    /** In the background: whichever nodes are there, everything, in the given share of the time. Returns when it is done. */
    void inBackground(List<String> nodes, int share) throws OrderRefusedException {
        finish(begin(new Request(List.of(), nodes, Request.ALL.rows()), nodes, share));
    }

    private VerificationRun begin(Request request, List<String> nodes, int share) throws OrderRefusedException {
        long epoch = gate.epoch();
        if (epoch == 0) {
            throw new OrderRefusedException("verification begins on the master, which this node is not");
        }
        try {
            VerificationPlan plan = new VerificationPlan(local, request.tables(), request.rows());
            VerificationRun run = new VerificationRun(
                    epoch, nodes, request.tables().isEmpty(), share, plan, points, findings, this::put);
            synchronized (this) {
                running.put(run.id(), request);
            }
            put(run.now());
            return run;
        } catch (SQLException e) {
            throw new OrderRefusedException("the tables to be compared cannot be read: " + e.getMessage());
        }
    }

    private void finish(VerificationRun run) {
        try {
            Verification v = run.run();
            put(v);
            if (v.state() != State.FAILED) {
                finished.incrementAndGet();
            }
            if (v.state() == State.DIFFERENT) {
                different.incrementAndGet();
            }
            if (v.state() != State.EQUAL || run.share() == 100) {
                events.add(
                        "verify",
                        v.state() + " at index " + v.index() + " " + v.findings(),
                        Map.of("index", v.index()));
            }
        } finally {
            synchronized (this) {
                running.remove(run.id());
            }
        }
    }

    /** Comparisons that came to a result here. */
    long finished() {
        return finished.get();
    }

    /** Those of them that found a difference. */
    long different() {
        return different.get();
    }

    private synchronized void put(Verification v) {
        runs.put(v.id(), v);
        if (runs.size() > RUNS_KEPT) {
            runs.remove(runs.keySet().iterator().next());
        }
    }

    @Override
    public synchronized Optional<Verification> result(String id) {
        return Optional.ofNullable(runs.get(id));
    }

    @Override
    public Optional<Sums> sums(UUID point) {
        return here.result(point).map(r -> switch (r) {
            case Result.Underway u -> Sums.none(false, "", u.index());
            case Result.Failed f -> Sums.none(true, f.why(), f.index());
            case Result.Done d -> sums(d.sums());
        });
    }

    private static Sums sums(DatabaseSums d) {
        Map<String, Table> tables = new TreeMap<>();
        d.tables().forEach((name, t) -> tables.put(name, new Table(t.rows(), t.checksum())));
        Map<String, Sequence> sequences = new TreeMap<>();
        d.sequences().forEach((name, s) -> sequences.put(name, new Sequence(s.value(), s.called())));
        return new Sums(true, "", d.index(), tables, sequences, d.objects(), d.details());
    }
}

package io.understudy.node;

import io.understudy.admin.NodeSums;
import io.understudy.admin.OrderRefusedException;
import io.understudy.admin.VerificationRunner;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.event.EventLog;
import io.understudy.execution.CommitProtocol;
import io.understudy.execution.MasterGate;
import io.understudy.execution.PendingAppends;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.repair.DatabaseSums;
import io.understudy.repair.Verification.Result;
import io.understudy.repair.VerificationReport;
import io.understudy.repair.VerificationReport.Difference;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** Comparisons of all nodes at one index: begun on the master, summed up by each node, compared here. Safe for use by many threads. */
final class VerificationRuns implements VerificationRunner, NodeSums {
    private static final int RUNS_KEPT = 16;
    private static final Duration TAKES_MAX = Duration.ofMinutes(30);
    private static final long TABLE_MILLIS_MAX = Duration.ofMinutes(20).toMillis();

    private final NodeConfig config;
    private final UUID process;
    private final ReplicatedLog log;
    private final MasterGate gate;
    private final PendingAppends pendings;
    private final CommitProtocol protocol;
    private final EventLog events;
    private final PeerSums peers;
    private final io.understudy.repair.Verification here;
    private final Map<String, Verification> runs = new LinkedHashMap<>();

    VerificationRuns(
            NodeConfig config,
            UUID process,
            ReplicatedLog log,
            VerificationSessions sessions,
            MasterGate gate,
            PendingAppends pendings,
            CommitProtocol protocol,
            EventLog events) {
        this.config = config;
        this.process = process;
        this.log = log;
        this.gate = gate;
        this.pendings = pendings;
        this.protocol = protocol;
        this.events = events;
        this.peers = new PeerSums(config);
        this.here = new io.understudy.repair.Verification(sessions, TABLE_MILLIS_MAX);
    }

    /** The apply loop has come to a point. */
    void point(UUID point, long index) {
        here.reached(point, index);
    }

    @Override
    public String start() throws OrderRefusedException {
        long epoch = gate.epoch();
        if (epoch == 0) {
            throw new OrderRefusedException("verification begins on the master, which this node is not");
        }
        synchronized (this) {
            Optional<Verification> running = runs.values().stream()
                    .filter(v -> v.state() == State.RUNNING)
                    .findAny();
            if (running.isPresent()) {
                return running.get().id();
            }
        }
        UUID point = UUID.randomUUID();
        put(new Verification(point.toString(), State.RUNNING, 0, 0, 0, List.of(), List.of()));
        Thread.ofVirtual().name("verify").start(() -> run(point, epoch));
        return point.toString();
    }

    private void run(UUID point, long epoch) {
        String id = point.toString();
        try {
            protocol.logRestingSequences();
            protocol.logRestingSequences();
            pendings.proposeMark(point, epoch, EntryCodec.encode(new Entry.VerificationPoint(point, process, epoch)));
            put(compared(id, collect(point)));
        } catch (InterruptedException e) {
            put(failed(id, "interrupted"));
        } catch (IOException | SQLException | RuntimeException e) {
            put(failed(id, String.valueOf(e.getMessage())));
        }
        result(id).ifPresent(v -> events.add("verify", v.state() + " at index " + v.index() + " " + v.findings()));
    }

    private static Verification failed(String id, String why) {
        return new Verification(id, State.FAILED, 0, 0, 0, List.of(), List.of(why));
    }

    private Map<String, DatabaseSums> collect(UUID point) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TAKES_MAX.toNanos();
        Map<String, DatabaseSums> found = new TreeMap<>();
        List<String> missing =
                config.nodes().stream().map(NodeConfig.Peer::name).collect(Collectors.toCollection(ArrayList::new));
        while (!missing.isEmpty()) {
            for (String node : List.copyOf(missing)) {
                Optional<Sums> sums = ask(node, point);
                if (sums.isPresent() && !sums.get().failure().isEmpty()) {
                    throw new IOException(node + ": " + sums.get().failure());
                }
                if (sums.isPresent() && sums.get().done()) {
                    found.put(node, databaseSums(point, sums.get()));
                    missing.remove(node);
                }
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("no result from " + missing + " in " + TAKES_MAX);
            }
            Thread.sleep(20);
        }
        return found;
    }

    private Optional<Sums> ask(String node, UUID point) throws IOException, InterruptedException {
        if (node.equals(config.node())) {
            return sums(point);
        }
        NodeStatus status = log.peers().get(node);
        if (status == null) {
            throw new IOException(node + " is not in the membership view");
        }
        return peers.ask(status, point);
    }

    /** On a busy master sequences are ahead of the log; among the others they must stand alike. */
    private Verification compared(String id, Map<String, DatabaseSums> results) {
        VerificationReport all = VerificationReport.compare(results);
        Map<String, DatabaseSums> replicas = new TreeMap<>(results);
        replicas.remove(config.node());
        VerificationReport others = VerificationReport.compare(replicas);
        List<Difference> sequences = results.size() > 2 ? others.sequences() : List.of();
        List<String> findings = new ArrayList<>();
        all.tables().forEach(d -> findings.add("table " + d.name() + ": " + d.found()));
        sequences.forEach(d -> findings.add("sequence " + d.name() + ": " + d.found()));
        DatabaseSums any = results.values().iterator().next();
        return new Verification(
                id,
                findings.isEmpty() ? State.EQUAL : State.DIFFERENT,
                all.index(),
                any.tables().size(),
                any.sequences().size(),
                all.nodes(),
                findings);
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
            case Result.Underway u -> new Sums(false, "", u.index(), Map.of(), Map.of());
            case Result.Failed f -> new Sums(true, f.why(), f.index(), Map.of(), Map.of());
            case Result.Done d -> sums(d.sums());
        });
    }

    private static Sums sums(DatabaseSums d) {
        Map<String, Table> tables = new TreeMap<>();
        d.tables().forEach((name, t) -> tables.put(name, new Table(t.rows(), t.checksum())));
        Map<String, Sequence> sequences = new TreeMap<>();
        d.sequences().forEach((name, s) -> sequences.put(name, new Sequence(s.value(), s.called())));
        return new Sums(true, "", d.index(), tables, sequences);
    }

    private static DatabaseSums databaseSums(UUID point, Sums s) {
        Map<String, DatabaseSums.TableSum> tables = new TreeMap<>();
        s.tables().forEach((name, t) -> tables.put(name, new DatabaseSums.TableSum(t.rows(), t.checksum())));
        Map<String, DatabaseSums.SequenceSum> sequences = new TreeMap<>();
        s.sequences().forEach((name, q) -> sequences.put(name, new DatabaseSums.SequenceSum(q.value(), q.called())));
        return new DatabaseSums(point, s.index(), tables, sequences);
    }
}

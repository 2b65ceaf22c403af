package io.understudy.node;

import io.understudy.admin.NodeSums;
import io.understudy.admin.NodeSums.Sums;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.execution.CommitProtocol;
import io.understudy.execution.PendingAppends;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.VerificationScope;
import io.understudy.repair.DatabaseSums;
import io.understudy.topology.NodeState;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Puts verification points into the log and collects what nodes found at them. Safe for use by many threads. */
final class VerificationPoints {
    private static final Duration TAKES_MAX = Duration.ofMinutes(30);
    private static final Duration ASK_EVERY = Duration.ofMillis(20);

    private final NodeConfig config;
    private final UUID process;
    private final ReplicatedLog log;
    private final PendingAppends pendings;
    private final CommitProtocol protocol;
    private final PeerSums peers;
    private volatile @Nullable NodeSums own;

    VerificationPoints(
            NodeConfig config,
            UUID process,
            ReplicatedLog log,
            PendingAppends pendings,
            CommitProtocol protocol,
            PeerApi peers) {
        this.config = config;
        this.process = process;
        this.log = log;
        this.pendings = pendings;
        this.protocol = protocol;
        this.peers = new PeerSums(peers);
    }

    /** What this node finds. */
    void own(NodeSums sums) {
        own = sums;
    }

    /**
     * What the nodes hold at one index.
     *
     * @throws IOException if one of them does not tell
     */
    Map<String, DatabaseSums> at(long epoch, List<String> nodes, VerificationScope scope)
            throws IOException, SQLException, InterruptedException {
        if (scope.others()) {
            // where sequences have come to rest, replicas can only know if they are told
            protocol.logRestingSequences();
            protocol.logRestingSequences();
        }
        UUID point = UUID.randomUUID();
        pendings.proposeMark(
                point, epoch, EntryCodec.encode(new Entry.VerificationPoint(point, process, epoch, scope)));
        return collect(point, nodes);
    }

    private Map<String, DatabaseSums> collect(UUID point, List<String> nodes) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TAKES_MAX.toNanos();
        Map<String, DatabaseSums> found = new TreeMap<>();
        List<String> missing = new ArrayList<>(nodes);
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
            Thread.sleep(ASK_EVERY);
        }
        return found;
    }

    /** Whether that node says that it has no database. */
    boolean isWitness(String node) {
        NodeStatus status = log.peer(node);
        return status != null && status.state() == NodeState.WITNESS;
    }

    private Optional<Sums> ask(String node, UUID point) throws IOException, InterruptedException {
        NodeSums sums = own;
        if (node.equals(config.node()) && sums != null) {
            return sums.sums(point);
        }
        NodeStatus status = log.peers().get(node);
        if (status == null) {
            throw new IOException(node + " is not in the membership view");
        }
        if (status.state() == NodeState.QUARANTINED) {
            throw new IOException(
                    node + " is in quarantine: " + status.ailment().reason());
        }
        if (status.duties().delaySeconds() > 0) {
            throw new IOException(node + " is kept " + status.duties().delaySeconds()
                    + " s behind (delay): it comes to where the others are compared only then");
        }
        return peers.ask(status, point);
    }

    private static DatabaseSums databaseSums(UUID point, Sums s) {
        Map<String, DatabaseSums.TableSum> tables = new TreeMap<>();
        s.tables().forEach((name, t) -> tables.put(name, new DatabaseSums.TableSum(t.rows(), t.checksum())));
        Map<String, DatabaseSums.SequenceSum> sequences = new TreeMap<>();
        s.sequences().forEach((name, q) -> sequences.put(name, new DatabaseSums.SequenceSum(q.value(), q.called())));
        return new DatabaseSums(point, s.index(), tables, sequences, s.objects(), s.details());
    }
}

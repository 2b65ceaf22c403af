package io.understudy.execution;

import io.understudy.backend.ServerError;
import io.understudy.capture.Ceilings;
import io.understudy.capture.Reservation;
import io.understudy.capture.Sealed;
import io.understudy.capture.SequenceReading;
import io.understudy.execution.PendingAppend.Verdict;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.SequencePosition;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Positions of sequences in the log: ahead of their use, so that no value is given a second time, and exact where they rest. Safe for use by many threads. */
final class SequenceLog {
    private static final Logger LOG = LoggerFactory.getLogger(SequenceLog.class);

    /** Values reserved ahead at a time. */
    private static final long BLOCK = 1_000;

    private static final Duration AFTER_ROLLBACK_MAX = Duration.ofSeconds(5);

    private final UUID process;
    private final MasterGate gate;
    private final PendingAppends pendings;
    private final NodeDatabase database;
    private volatile Set<SequenceReading> seen = Set.of();
    /** Where replicas stand as far as the log says: the last position told at rest, unless an entry has told another one since. */
    private final Map<Name, SequencePosition> logged = new ConcurrentHashMap<>();

    private final AtomicLong schemaChanges = new AtomicLong();
    private volatile Ceilings ceilings = new Ceilings(BLOCK);

    private record Name(String schema, String name) {
        static Name of(SequencePosition p) {
            return new Name(p.schema(), p.name());
        }
    }

    SequenceLog(UUID process, MasterGate gate, PendingAppends pendings, NodeDatabase database) {
        this.process = process;
        this.gate = gate;
        this.pendings = pendings;
        this.database = database;
    }

    /** A new mastership knows nothing of the ceilings of an older one. */
    void opened() {
        ceilings = new Ceilings(BLOCK);
    }

    /**
     * Logs where sequences stand if they have moved since that was last logged and not since the last call, so that the others show the same positions when nothing
     * happens. To be called now and then while this node is master.
     */
    void logResting() throws SQLException {
        long epoch = gate.epoch();
        long before = schemaChanges.get();
        List<SequenceReading> now = database.sequences();
        List<SequenceReading> resting = now.stream()
                .filter(r -> seen.contains(r) && !r.position().equals(logged.get(Name.of(r.position()))))
                .toList();
        seen = Set.copyOf(now);
        if (resting.isEmpty() || epoch == 0) {
            return;
        }
        List<SequencePosition> exact =
                resting.stream().map(SequenceReading::position).toList();
        List<SequencePosition> reserved = resting.stream()
                .filter(r -> r.position().called())
                .map(r ->
                        new SequencePosition(r.position().schema(), r.position().name(), r.ahead(BLOCK), r.step() > 0))
                .toList();
        // before it is proposed, so that whatever is told after it takes it away again
        exact.forEach(p -> logged.put(Name.of(p), p));
        logged.keySet().retainAll(now.stream().map(r -> Name.of(r.position())).collect(Collectors.toSet()));
        proposePositions(epoch, reserved, exact);
        if (schemaChanges.get() != before) {
            logged.clear();
        }
    }

    /**
     * An entry with these positions was delivered. They may be older than one that was told at rest before: a transaction reads all sequences when it is sealed, and one of them may be put back before
     * its entry is in the log.
     */
    void told(List<SequenceReading> positions) {
        for (SequenceReading r : positions) {
            logged.computeIfPresent(Name.of(r.position()), (n, p) -> p.equals(r.position()) ? p : null);
        }
    }

    /**
     * Logs where all sequences stand, without reserving anything beyond: for a master that gives nothing out any more.
     *
     * @return whether the log has it
     */
    boolean logFinal(Duration waitMax) throws SQLException {
        List<SequencePosition> exact =
                database.sequences().stream().map(SequenceReading::position).toList();
        return exact.isEmpty() || delivered(proposePositions(gate.epoch(), List.of(), exact), waitMax);
    }

    private PendingAppend proposePositions(long epoch, List<SequencePosition> reserved, List<SequencePosition> exact) {
        UUID id = UUID.randomUUID();
        Entry.SequencesReserved entry = new Entry.SequencesReserved(id, process, epoch, reserved, exact);
        return pendings.propose(id, epoch, EntryCodec.encode(entry), () -> tookEffect(entry));
    }

    private void tookEffect(Entry.SequencesReserved r) {
        ceilings.logged(r.ceilings(), r.exact());
    }

    /** A sequence may be another one now under the same name, at the same position: what was logged of the old one says nothing of it. */
    void schemaChanged() {
        schemaChanges.incrementAndGet();
        logged.clear();
    }

    static boolean delivered(PendingAppend p, Duration waitMax) {
        try {
            return p.awaitVerdict(waitMax) instanceof Verdict.Valid;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Logs ceilings that are due. @return what the answer must wait for, if anything */
    @Nullable
    PendingAppend reserve(long epoch, Sealed sealed) throws IOException, ServerError {
        Reservation r = ceilings.judge(sealed.sequences(), this::read);
        if (r.isEmpty()) {
            return null;
        }
        PendingAppend p = proposePositions(epoch, r.ceilings(), r.exact());
        return r.hold() ? p : null;
    }

    /** Values of sequences belong to no transaction: any connection sees them. */
    private List<SequenceReading> read() throws IOException {
        try {
            return database.sequences();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /** Values were given out in a transaction that was rolled back. */
    void moved(long epoch) {
        try {
            Reservation r = ceilings.judge(read(), this::read);
            if (r.isEmpty()) {
                return;
            }
            PendingAppend p = proposePositions(epoch, r.ceilings(), r.exact());
            if (r.hold()) {
                delivered(p, AFTER_ROLLBACK_MAX);
            }
        } catch (IOException | ServerError e) {
            LOG.debug("sequences were not read after a rollback", e);
        }
    }
}

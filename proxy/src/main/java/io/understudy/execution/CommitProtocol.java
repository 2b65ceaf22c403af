package io.understudy.execution;

import io.understudy.backend.Backend;
import io.understudy.backend.ServerError;
import io.understudy.capture.Applied;
import io.understudy.capture.Ceilings;
import io.understudy.capture.GapCheck;
import io.understudy.capture.Moment;
import io.understudy.capture.Reservation;
import io.understudy.capture.Seal;
import io.understudy.capture.Sealed;
import io.understudy.capture.SequenceReading;
import io.understudy.capture.StaleShapeException;
import io.understudy.catalog.CatalogCache;
import io.understudy.execution.PendingAppend.Verdict;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.Form;
import io.understudy.log.SequencePosition;
import io.understudy.log.SessionContext;
import io.understudy.wire.ErrorFields;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * COMMIT on the master: seal, gap check, append, and the local commit in index order. After docs/architecture.md, "A statement's way"; the rules were checked in a model of the protocol.
 *
 * <h2>Failure</h2>
 * Until the entry is proposed everything ends in a rollback. From then on only the log decides: the transaction keeps its locks until its entry, or the begin of a newer epoch, is delivered.
 *
 * <h2>Threads</h2>
 * Safe for use by many threads, each with its own transaction and connection.
 */
public final class CommitProtocol {
    private static final Logger LOG = LoggerFactory.getLogger(CommitProtocol.class);
    private static final long STARTED_NANOS = System.nanoTime();
    private static final long STARTED_MICROS = System.currentTimeMillis() * 1_000;
    private static final Duration FOREVER = Duration.ofDays(365);
    static final String RETRY = "Nothing of it was committed; run the transaction again.";

    private final UUID process;
    private final MasterGate gate;
    private final PendingAppends pendings;
    private final Appending appending = new Appending();
    private final CatalogCache catalog;
    private final NodeDatabase database;
    private final EntryForm forms;
    private final ShadowChecks checks;
    private final StageTimes times;
    private final FormCounts counts = new FormCounts();
    private final Seal.Limits limits;
    private final ChunkedAppend chunks;
    private volatile Seal seal;
    private volatile Set<SequenceReading> sequencesSeen = Set.of();
    private volatile Set<SequencePosition> sequencesLogged = Set.of();
    private volatile Ceilings ceilings = new Ceilings(SEQUENCE_BLOCK);

    /** Sequence values reserved ahead at a time. */
    private static final long SEQUENCE_BLOCK = 1_000;

    public CommitProtocol(
            UUID process,
            MasterGate gate,
            PendingAppends pendings,
            CatalogCache catalog,
            NodeDatabase database,
            StageTimes times,
            Seal.Limits limits,
            ShadowChecks checks) {
        this.process = process;
        this.gate = gate;
        this.pendings = pendings;
        this.catalog = catalog;
        this.database = database;
        this.times = times;
        this.checks = checks;
        this.forms = new EntryForm(catalog, checks);
        this.chunks = new ChunkedAppend(process, pendings);
        this.limits = limits;
        this.seal = new Seal("", limits);
    }

    void secret(String secret) {
        seal = new Seal(secret, limits);
    }

    /** A new mastership knows nothing of the ceilings and open transactions of an older one. */
    public void opened() {
        ceilings = new Ceilings(SEQUENCE_BLOCK);
        appending.clear();
    }

    boolean isDistrusted(String shape) {
        return checks.isDistrusted(shape);
    }

    public FormCounts forms() {
        return counts;
    }

    /**
     * Logs where sequences stand if they have moved since that was last logged and not since the last call, so that the others show the same positions when nothing
     * happens. To be called now and then while this node is master.
     */
    public void logRestingSequences() throws SQLException {
        long epoch = gate.epoch();
        List<SequenceReading> now = database.sequences();
        List<SequenceReading> resting = now.stream()
                .filter(r -> sequencesSeen.contains(r) && !sequencesLogged.contains(r.position()))
                .toList();
        sequencesSeen = Set.copyOf(now);
        if (resting.isEmpty() || epoch == 0) {
            return;
        }
        List<SequencePosition> exact =
                resting.stream().map(SequenceReading::position).toList();
        List<SequencePosition> reserved = resting.stream()
                .filter(r -> r.position().called())
                .map(r -> new SequencePosition(
                        r.position().schema(), r.position().name(), r.ahead(SEQUENCE_BLOCK), r.step() > 0))
                .toList();
        proposePositions(epoch, reserved, exact);
        Set<SequencePosition> known =
                new HashSet<>(now.stream().map(SequenceReading::position).toList());
        known.retainAll(sequencesLogged);
        known.addAll(exact);
        sequencesLogged = Set.copyOf(known);
    }

    /**
     * Logs where all sequences stand, without reserving anything beyond: for a master that gives nothing out any more.
     *
     * @return whether the log has it
     */
    public boolean logFinalSequences(Duration waitMax) throws SQLException {
        List<SequencePosition> exact =
                database.sequences().stream().map(SequenceReading::position).toList();
        return exact.isEmpty() || delivered(proposePositions(gate.epoch(), List.of(), exact), waitMax);
    }

    private PendingAppend proposePositions(long epoch, List<SequencePosition> reserved, List<SequencePosition> exact) {
        UUID id = UUID.randomUUID();
        Entry.SequencesReserved entry = new Entry.SequencesReserved(id, process, epoch, reserved, exact);
        return pendings.propose(id, epoch, EntryCodec.encode(entry), () -> logged(entry));
    }

    private void logged(Entry.SequencesReserved r) {
        ceilings.logged(r.ceilings(), r.exact());
    }

    /**
     * Commits.
     *
     * @param waitMax how long to wait for the log before the client is told that the outcome is unknown
     */
    CommitOutcome commit(WriteTransaction t, Backend b, SessionContext context, Duration waitMax) {
        times.add(Stage.EXECUTE, System.nanoTime() - t.startedNanos());
        long began = System.nanoTime();
        boolean handedOver = false;
        long xid = 0;
        try {
            boolean deferrable =
                    catalog.get().deferrableConstraints() || !t.ddl().isEmpty() || !catalog.isFresh();
            Sealed sealed = seal.seal(
                    b,
                    t.everyStatementEligible(),
                    deferrable,
                    t.movesSequences() ? Seal.Sequences.ALL : Seal.Sequences.NONE);
            if (!sealed.nestedDdl().isEmpty()) {
                return rolledBack(
                        b,
                        ErrorFields.error(
                                "0A000",
                                sealed.nestedDdl().getFirst().tag() + " inside a function cannot be replicated",
                                "Run it as a statement of its own."));
            }
            @Nullable PendingAppend reservation = reserve(t, sealed);
            if (sealed.xid().isEmpty() || !sealed.changes()) {
                return commitUnlogged(b, sealed, reservation, waitMax);
            }
            if (reservation != null && !delivered(reservation, waitMax)) {
                return rolledBack(
                        b, ErrorFields.error("57P03", "the position of a sequence could not be logged", "Retry."));
            }
            Form form = sealed.large().isPresent()
                    ? chunks.append(t, EntryForm.large(t, sealed, b, seal), waitMax)
                    : forms.of(t, sealed, b);
            xid = sealed.xid().getAsLong();
            Collection<Long> others = appending.register(xid);
            if (GapCheck.aborted(b, others)) {
                return rolledBack(
                        b,
                        ErrorFields.error(
                                "40001", "a transaction that this one may depend on was lost by this server", RETRY));
            }
            if (!t.beginAppend()) {
                return rolledBack(b, doomed(t));
            }
            times.add(Stage.SEAL, System.nanoTime() - began);
            catalogChanges(sealed);
            PendingAppend p =
                    pendings.propose(t.id(), t.epoch(), EntryCodec.encode(entry(t, xid, context, form, sealed)));
            counts.add(form);
            CommitOutcome outcome = await(t, b, p, xid, waitMax, sealed);
            handedOver = true;
            return outcome;
        } catch (ServerError e) {
            if (e.fields().isFatal()) {
                b.discard();
                return new CommitOutcome.RolledBack(lost(t));
            }
            return rolledBack(b, e.fields());
        } catch (StaleShapeException e) {
            return rolledBack(
                    b,
                    ErrorFields.error(
                            "40001", "a table changed while this transaction committed: " + e.getMessage(), RETRY));
        } catch (CommitFailure e) {
            return rolledBack(b, e.fields());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return rolledBack(b, ErrorFields.error("57P01", "the node shuts down", RETRY));
        } catch (IOException e) {
            b.discard();
            return new CommitOutcome.RolledBack(lost(t));
        } finally {
            if (!handedOver) {
                appending.remove(xid);
                gate.leave(t);
            }
        }
    }

    static ErrorFields rejected(Verdict.Rejected r) {
        return ErrorFields.error("40001", "the transaction was rolled back: " + r.why(), RETRY);
    }

    static ErrorFields doomed(WriteTransaction t) {
        return ErrorFields.error("40001", "the transaction was rolled back: " + t.doomed(), RETRY);
    }

    private static ErrorFields lost(WriteTransaction t) {
        return t.doomed() != null
                ? doomed(t)
                : ErrorFields.error(
                        "40001", "the connection to this node's PostgreSQL was lost before the commit", RETRY);
    }

    private CommitOutcome rolledBack(Backend b, ErrorFields error) {
        try {
            b.query("ROLLBACK");
        } catch (IOException | ServerError e) {
            b.discard();
        }
        return new CommitOutcome.RolledBack(error);
    }

    private CommitOutcome commitUnlogged(
            Backend b, Sealed sealed, @Nullable PendingAppend reservation, Duration waitMax)
            throws IOException, ServerError {
        if (reservation != null && !delivered(reservation, waitMax)) {
            return rolledBack(
                    b, ErrorFields.error("57P03", "the position of a sequence could not be logged", "Retry."));
        }
        b.query("COMMIT");
        return sealed.temporaryDdl()
                ? new CommitOutcome.TemporaryObjects(OptionalLong.empty())
                : new CommitOutcome.NothingWritten();
    }

    private boolean delivered(PendingAppend p, Duration waitMax) {
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
    private @Nullable PendingAppend reserve(WriteTransaction t, Sealed sealed) throws IOException, ServerError {
        Reservation r = ceilings.judge(sealed.sequences(), this::readSequences);
        if (r.isEmpty()) {
            return null;
        }
        PendingAppend p = proposePositions(t.epoch(), r.ceilings(), r.exact());
        return r.hold() ? p : null;
    }

    /** Values of sequences belong to no transaction: any connection sees them. */
    private List<SequenceReading> readSequences() throws IOException {
        try {
            return database.sequences();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /** A rolled back transaction gave out values; they must not be given a second time. */
    void sequencesMoved(WriteTransaction t) {
        try {
            Reservation r = ceilings.judge(readSequences(), this::readSequences);
            if (r.isEmpty()) {
                return;
            }
            PendingAppend p = proposePositions(t.epoch(), r.ceilings(), r.exact());
            if (r.hold()) {
                delivered(p, Duration.ofSeconds(5));
            }
        } catch (IOException | ServerError e) {
            LOG.debug("sequences were not read after a rollback", e);
        }
    }

    private Entry.Transaction entry(WriteTransaction t, long xid, SessionContext context, Form form, Sealed sealed) {
        long now = microsNow();
        long started = sealed.moment()
                .map(Moment::nowMicros)
                .orElseGet(() -> now - (System.nanoTime() - t.startedNanos()) / 1_000);
        return new Entry.Transaction(
                t.id(),
                process,
                t.epoch(),
                xid,
                started,
                now,
                context,
                t.statements(),
                form,
                sealed.sequences().stream().map(SequenceReading::position).toList());
    }

    /** Never goes back, whatever happens to the machine's clock: the log's duplicate check rests on it. */
    private static long microsNow() {
        return STARTED_MICROS + (System.nanoTime() - STARTED_NANOS) / 1_000;
    }

    /** Before the change can be seen, so that whoever sees it also finds the snapshot outdated. */
    private void catalogChanges(Sealed sealed) {
        if (!sealed.loggedDdl().isEmpty()) {
            catalog.invalidate();
        }
    }

    // ---- after the proposal: only the log decides

    private CommitOutcome await(
            WriteTransaction t, Backend b, PendingAppend p, long xid, Duration waitMax, Sealed sealed) {
        long proposed = System.nanoTime();
        try {
            Verdict v = p.awaitVerdict(waitMax);
            times.add(Stage.MAJORITY, System.nanoTime() - proposed);
            return decided(t, b, p, xid, v, sealed);
        } catch (TimeoutException e) {
            Thread.startVirtualThread(() -> finishLater(t, b, p, xid, sealed));
            return new CommitOutcome.Unknown(ErrorFields.error(
                    "08007",
                    "the outcome of this transaction is unknown: no majority has confirmed it in time",
                    "Its transaction token is " + t.id() + "."));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            b.discard();
            return new CommitOutcome.Unknown(
                    ErrorFields.error("08007", "the node shuts down", "Its transaction token is " + t.id() + "."));
        }
    }

    private void finishLater(WriteTransaction t, Backend b, PendingAppend p, long xid, Sealed sealed) {
        try {
            decided(t, b, p, xid, p.awaitVerdict(FOREVER), sealed);
        } catch (TimeoutException | InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            b.discard();
        }
    }

    private CommitOutcome decided(WriteTransaction t, Backend b, PendingAppend p, long xid, Verdict v, Sealed sealed)
            throws InterruptedException {
        try {
            return switch (v) {
                case Verdict.Rejected r -> {
                    appending.remove(xid);
                    yield rolledBack(b, rejected(r));
                }
                case Verdict.Valid valid -> {
                    long began = System.nanoTime();
                    commitLocally(t, b, p, xid, valid.index());
                    times.add(Stage.LOCAL_COMMIT, System.nanoTime() - began);
                    if (!sealed.loggedDdl().isEmpty()) {
                        catalog.invalidate();
                    }
                    yield sealed.temporaryDdl()
                            ? new CommitOutcome.TemporaryObjects(OptionalLong.of(valid.index()))
                            : new CommitOutcome.Committed(valid.index());
                }
            };
        } finally {
            appending.remove(xid);
            gate.leave(t);
        }
    }

    /** The entry is in the log; it takes effect here by the local transaction's COMMIT at its turn, or, if that one is lost, by replay. */
    private void commitLocally(WriteTransaction t, Backend b, PendingAppend p, long xid, long index)
            throws InterruptedException {
        String idx = Long.toString(index);
        boolean inserted = false;
        try {
            if (!p.hasTurn()) {
                b.query(Applied.INSERT, idx);
                inserted = true;
            }
        } catch (IOException | ServerError e) {
            LOG.warn("entry {}: the local transaction was lost before its turn: {}", index, e.getMessage());
            b.discard();
        }
        if (p.awaitTurn() == PendingAppend.Turn.REPLAYED) {
            b.discard();
            return;
        }
        try {
            if (b.lost()) {
                throw new IOException("the connection is lost");
            }
            if (inserted) {
                b.query("COMMIT");
            } else {
                b.pipeline().add(Applied.INSERT, idx).add("COMMIT").run();
            }
            p.confirmed();
        } catch (IOException | ServerError e) {
            b.discard();
            settle(t, p, xid, index, e);
        }
    }

    /** Returns when the transaction has committed, or its entry was replayed: until then others must be able to find out that they have seen the world without it. */
    private void settle(WriteTransaction t, PendingAppend p, long xid, long index, Exception cause)
            throws InterruptedException {
        try {
            NodeDatabase.Ending ending = database.end(t.backendPid(), xid);
            LOG.warn("entry {}: its local commit was cut off and had {}", index, ending, cause);
            if (ending == NodeDatabase.Ending.COMMITTED) {
                p.confirmed();
            } else {
                p.failed();
                p.awaitRepair();
            }
        } catch (SQLException e) {
            LOG.warn("entry {}: its local commit was cut off, and the server does not answer", index, e);
            p.unsettled();
            p.awaitRepair();
        }
    }
}

package io.understudy.execution;

import io.understudy.backend.Backend;
import io.understudy.backend.ServerError;
import io.understudy.capture.GapCheck;
import io.understudy.capture.Moment;
import io.understudy.capture.Seal;
import io.understudy.capture.Sealed;
import io.understudy.capture.SeenDdl;
import io.understudy.capture.SequenceReading;
import io.understudy.capture.StaleShapeException;
import io.understudy.catalog.CatalogCache;
import io.understudy.execution.PendingAppend.Verdict;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.Form;
import io.understudy.log.SessionContext;
import io.understudy.wire.ErrorFields;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.OptionalLong;
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
    private final SequenceLog sequences;
    private final OutsideStatements outside;
    private volatile Seal seal;
    private volatile String secret = "";

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
        this.sequences = new SequenceLog(process, gate, pendings, database);
        this.outside = new OutsideStatements(gate, database);
        this.limits = limits;
        this.seal = new Seal("", limits);
    }

    void secret(String newSecret) {
        secret = newSecret;
        seal = new Seal(newSecret, limits);
        outside.secret(newSecret);
    }

    OutsideStatements outside() {
        return outside;
    }

    /** A new mastership knows nothing of the ceilings and open transactions of an older one. */
    public void opened() {
        sequences.opened();
        appending.clear();
    }

    boolean isDistrusted(String shape) {
        return checks.isDistrusted(shape);
    }

    public FormCounts forms() {
        return counts;
    }

    /** See {@link SequenceLog#logResting}. */
    public void logRestingSequences() throws SQLException {
        sequences.logResting();
    }

    /** See {@link SequenceLog#logFinal}. */
    public boolean logFinalSequences(Duration waitMax) throws SQLException {
        return sequences.logFinal(waitMax);
    }

    /** A rolled back transaction gave out values; they must not be given a second time. */
    void sequencesMoved(WriteTransaction t) {
        sequences.moved(t.epoch());
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
        CatalogCache.@Nullable Change change = null;
        try {
            boolean deferrable = catalog.get().deferrableConstraints()
                    || !t.ddl().isEmpty()
                    || t.hasCalledCode()
                    || !catalog.isFresh();
            Sealed sealed = t.outside().isEmpty()
                    ? seal.seal(
                            b,
                            t.everyStatementEligible(),
                            deferrable,
                            t.movesSequences() ? Seal.Sequences.ALL : Seal.Sequences.NONE)
                    : Sealed.standingFor(
                            t.outsideXid(), t.outside().getFirst().statement().sql());
            if (sealed.ddl().stream().anyMatch(SeenDdl::nested)) {
                t.ranNested(NestedStatements.read(b, secret, seal, sealed, t.shapesBeforeDdl(), deferrable));
            }
            if (sealed.xid().isPresent()) {
                t.changedRoles(NestedRoles.read(t, b, sealed, seal, database));
            }
            @Nullable PendingAppend reservation = sequences.reserve(t.epoch(), sealed);
            if (sealed.xid().isEmpty() || !sealed.changes() && t.nestedRoles().isEmpty()) {
                return commitUnlogged(b, sealed, reservation, waitMax);
            }
            if (reservation != null && !SequenceLog.delivered(reservation, waitMax)) {
                return rolledBack(
                        b, ErrorFields.error("57P03", "the position of a sequence could not be logged", "Retry."));
            }
            if (!sealed.loggedDdl().isEmpty() && t.outside().isEmpty()) {
                outside.pass(t, waitMax);
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
            LocalTransaction local = sealed.serializable()
                    ? LocalTransaction.Prepared.prepare(b, t.id(), secret)
                    : new LocalTransaction.Open();
            times.add(Stage.SEAL, System.nanoTime() - began);
            byte[] entry = EntryCodec.encode(entry(t, xid, context, form, sealed));
            // Before the change can be seen, so that whoever sees it also finds the snapshot outdated.
            change = sealed.loggedDdl().isEmpty() ? null : catalog.change();
            PendingAppend p = pendings.propose(t.id(), t.epoch(), entry);
            counts.add(form);
            CommitOutcome outcome = new Proposed(t, b, p, xid, local, sealed, change).await(waitMax);
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
                over(change);
            }
        }
    }

    private static void over(CatalogCache.@Nullable Change change) {
        if (change != null) {
            change.over();
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
        // The transaction may be over already, of which its server would warn the client.
        b.asynchronous(null);
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
        if (reservation != null && !SequenceLog.delivered(reservation, waitMax)) {
            return rolledBack(
                    b, ErrorFields.error("57P03", "the position of a sequence could not be logged", "Retry."));
        }
        b.query("COMMIT");
        return sealed.temporaryDdl()
                ? new CommitOutcome.TemporaryObjects(OptionalLong.empty())
                : new CommitOutcome.NothingWritten();
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

    /** From the proposal on only the log decides. */
    private final class Proposed {
        private final WriteTransaction t;
        private final Backend b;
        private final PendingAppend p;
        private final long xid;
        private final LocalTransaction local;
        private final Sealed sealed;
        private final CatalogCache.@Nullable Change change;

        Proposed(
                WriteTransaction t,
                Backend b,
                PendingAppend p,
                long xid,
                LocalTransaction local,
                Sealed sealed,
                CatalogCache.@Nullable Change change) {
            this.t = t;
            this.b = b;
            this.p = p;
            this.xid = xid;
            this.local = local;
            this.sealed = sealed;
            this.change = change;
        }

        CommitOutcome await(Duration waitMax) {
            long proposed = System.nanoTime();
            try {
                Verdict v = p.awaitVerdict(waitMax);
                times.add(Stage.MAJORITY, System.nanoTime() - proposed);
                return decided(v);
            } catch (TimeoutException e) {
                Thread.startVirtualThread(this::finishLater);
                return unknown("no majority has confirmed it in time");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                b.discard();
                return unknown("the node shuts down");
            }
        }

        private CommitOutcome unknown(String why) {
            return new CommitOutcome.Unknown(ErrorFields.error(
                    "08007",
                    "the outcome of this transaction is unknown: " + why,
                    CommitOutcome.Unknown.hint(t.token())));
        }

        private void finishLater() {
            try {
                decided(p.awaitVerdict(FOREVER));
            } catch (TimeoutException | InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                b.discard();
            }
        }

        private CommitOutcome decided(Verdict v) throws InterruptedException {
            try {
                return switch (v) {
                    case Verdict.Rejected r -> {
                        appending.remove(xid);
                        undo();
                        yield new CommitOutcome.RolledBack(rejected(r));
                    }
                    case Verdict.Valid valid -> {
                        long began = System.nanoTime();
                        sequences.told(sealed.sequences());
                        commitLocally(valid.index());
                        times.add(Stage.LOCAL_COMMIT, System.nanoTime() - began);
                        if (change != null) {
                            sequences.schemaChanged();
                        }
                        yield sealed.temporaryDdl()
                                ? new CommitOutcome.TemporaryObjects(OptionalLong.of(valid.index()))
                                : new CommitOutcome.Committed(valid.index());
                    }
                };
            } finally {
                over(change);
                appending.remove(xid);
                gate.leave(t);
            }
        }

        private void undo() {
            try {
                local.rollback(b);
            } catch (IOException | ServerError e) {
                b.discard();
                local.prepared().ifPresent(this::undoPrepared);
            }
        }

        private void undoPrepared(String name) {
            try {
                database.rollbackPrepared(name);
            } catch (SQLException e) {
                // When the apply loop connects again it rolls back what is left.
                LOG.warn("{} is still prepared in this node's PostgreSQL", name, e);
            }
        }

        /** The entry is in the log; it takes effect here by the local transaction's COMMIT at its turn, or, if that one is lost, by replay. */
        private void commitLocally(long index) throws InterruptedException {
            try {
                if (!p.hasTurn()) {
                    local.accepted(b, index);
                }
            } catch (IOException | ServerError e) {
                LOG.atWarn()
                        .addKeyValue("index", index)
                        .log("entry {}: the local transaction was lost before its turn: {}", index, e.getMessage());
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
                local.commit(b, index);
                p.confirmed();
                local.confirmed(b, index);
            } catch (IOException | ServerError e) {
                b.discard();
                settle(index, e);
            }
        }

        /** Returns when the transaction has committed, or its entry was replayed: until then others must be able to find out that they have seen the world without it. */
        private void settle(long index, Exception cause) throws InterruptedException {
            try {
                NodeDatabase.Ending ending = database.end(t.backendPid(), xid, local.prepared());
                LOG.atWarn()
                        .addKeyValue("index", index)
                        .setCause(cause)
                        .log("entry {}: its local commit was cut off and had {}", index, ending);
                if (ending == NodeDatabase.Ending.COMMITTED) {
                    p.confirmed();
                } else {
                    p.failed();
                    p.awaitRepair();
                }
            } catch (SQLException e) {
                LOG.atWarn()
                        .addKeyValue("index", index)
                        .setCause(e)
                        .log("entry {}: its local commit was cut off, and the server does not answer", index);
                p.unsettled();
                p.awaitRepair();
            }
        }
    }
}

package io.understudy.session;

import io.understudy.backend.ServerError;
import io.understudy.capture.Outside;
import io.understudy.classification.Classification;
import io.understudy.classification.OutsideTransaction;
import io.understudy.classification.SessionStatement;
import io.understudy.classification.TransactionControl;
import io.understudy.execution.CommitFailure;
import io.understudy.log.SessionContext;
import io.understudy.route.Hint;
import io.understudy.route.Readability;
import io.understudy.route.Route.Reason;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs a piece of work (one simple statement, or a run of extended messages) where it must run: in the present transaction, or by itself on a replica or the master. What the work is made of
 * is {@link Work}'s; where it goes and what happens when the place is lost or was the wrong one is decided here.
 */
final class Runner {
    private static final int READ_ATTEMPTS = 3;

    private final MovedMaster movedMaster = new MovedMaster();
    private final NodeServices node;
    private final SessionState session;
    private final Leases leases;
    private final Blocks blocks;
    private final Relay relay;
    private final Exchange exchange;
    private final Preparation preparation;

    Runner(NodeServices node, SessionState session, Leases leases, Blocks blocks, Relay relay) {
        this.node = node;
        this.session = session;
        this.leases = leases;
        this.blocks = blocks;
        this.relay = relay;
        this.exchange = new Exchange(session, relay);
        this.preparation = new Preparation(session, leases, relay, exchange);
    }

    /** @return whether it succeeded; if not, the client has its error already */
    boolean run(Work work) throws StatementFailure, SessionEnd, IOException {
        Block block = session.block;
        requireBlock(block, work.decisive());
        if (work.preparesOnly()) {
            Optional<Boolean> prepared = preparation.tried(work);
            if (prepared.isPresent()) {
                if (!prepared.get()) {
                    markFailed();
                }
                return prepared.get();
            }
        }
        if (block != null) {
            return inBlock(block, work);
        }
        if (work.alone()) {
            refuseOutsideBlock(work.decisive());
        }
        if (Readability.readable(work.decisive(), session.readsOnMaster(), !session.pins.isEmpty())) {
            Hint hint = work.hint();
            return hint instanceof Hint.Master ? write(work, Reason.HINT) : read(work, hint);
        }
        return write(work, blocks.whyMaster(work.decisive()));
    }

    /** What would be over with its transaction, as the server says it; it cannot, for there the statement would not be alone. */
    private static void refuseOutsideBlock(Classification c) throws StatementFailure {
        String what = null;
        if (c instanceof Classification.Write w && w.cause() == Classification.Cause.LOCK_TABLE) {
            what = "LOCK TABLE";
        } else if (c instanceof SessionStatement.DeclareCursor d && !d.hold()) {
            what = "DECLARE CURSOR";
        }
        if (what != null) {
            throw new StatementFailure("25P01", what + " can only be used in transaction blocks", "");
        }
    }

    /** What PostgreSQL refuses outside of a transaction: the one that a write is wrapped in here is none of the client's. */
    private static void requireBlock(@Nullable Block block, Classification c) throws StatementFailure {
        if (block != null && block.explicit) {
            return;
        }
        boolean alone = block == null;
        String what = switch (c) {
            case TransactionControl.Savepoint s -> "SAVEPOINT";
            case TransactionControl.Release r -> "RELEASE SAVEPOINT";
            case TransactionControl.RollbackTo r -> "ROLLBACK TO SAVEPOINT";
            case SessionStatement.DeclareCursor d -> alone && !d.hold() ? "DECLARE CURSOR" : "";
            case Classification.Write w -> alone && w.cause() == Classification.Cause.LOCK_TABLE ? "LOCK TABLE" : "";
            default -> "";
        };
        if (!what.isEmpty()) {
            throw new StatementFailure("25P01", what + " can only be used in transaction blocks", "");
        }
    }

    // ---- by itself, reading

    private boolean read(Work work, Hint hint) throws StatementFailure, SessionEnd, IOException {
        if (!work.alone()) {
            return inBlock(blocks.implicit(), work);
        }
        for (int attempt = 1; ; attempt++) {
            Lease lease = leases.forRead(Reason.READ, hint);
            if (!(lease instanceof Lease.Reading reading)) {
                return writeOn(lease, work);
            }
            // The schema may have changed since, and while it was waited for the index that the session needs.
            if (!node.classifier().stillRead(work.statements(), session.searchPath, work.catalogVersion())) {
                leases.giveBack(reading, true);
                return write(work, Reason.WRITE);
            }
            Relay.Watch w = new Relay.Watch();
            w.catchReadOnly = !session.readOnlyByDefault;
            boolean clean = false;
            try {
                exchange.run(lease, work, w, new Answers());
                clean = true;
            } catch (BackendGone e) {
                if (attempt < READ_ATTEMPTS && relay.takeBack(w)) {
                    continue;
                }
                throw new StatementFailure(
                        "08006",
                        "the connection to PostgreSQL of node " + reading.node() + " was lost during a read",
                        "Run it again.");
            } finally {
                leases.giveBack(reading, clean);
            }
            if (w.misrouted) {
                work.statements().forEach(node.classifier()::misrouted);
                return write(work, Reason.REFUSED_BY_REPLICA);
            }
            // A SET or SHOW is run there too, and is no read.
            if (work.decisive() instanceof Classification.Read || work.decisive() instanceof Classification.Copy) {
                node.countRead(reading.node());
            }
            if (w.error == null) {
                work.ran(lease, w);
            }
            return w.error == null;
        }
    }

    // ---- by itself, writing

    private boolean write(Work work, Reason reason) throws StatementFailure, SessionEnd, IOException {
        Classification c = work.decisive();
        if (c instanceof Classification.Ddl ddl && !ddl.transactional()) {
            Optional<OutsideTransaction> what = work.statements().stream()
                    .findFirst()
                    .flatMap(OutsideTransaction::of)
                    .filter(o -> work.alone());
            if (what.isPresent()) {
                return outside(work, what.get());
            }
            throw new StatementFailure(
                    "0A000",
                    ddl.tag() + " cannot be replicated",
                    "Subscriptions copy what others change past the log: let an application do that.");
        }
        if (c instanceof Classification.Maintenance && work.alone()) {
            Optional<OutsideTransaction> what =
                    OutsideTransaction.of(work.statements().getFirst());
            return what.isPresent() ? outside(work, what.get()) : maintenance(work);
        }
        if (c instanceof SessionStatement.Discard d && d.what().equals("all") && work.alone()) {
            return discardAll(work);
        }
        if (session.readOnlyByDefault) {
            return inBlock(blocks.implicit(), work);
        }
        return writeOn(leases.forWrite(reason), work);
    }

    private boolean writeOn(Lease lease, Work work) throws StatementFailure, SessionEnd, IOException {
        if (lease instanceof Lease.Relaying r && work.alone()) {
            return relayed(r, work);
        }
        Block block = blocks.implicit();
        block.lease = lease;
        Answers answers = new Answers();
        try {
            SimpleCommand.send(lease.backend(), lease instanceof Lease.Writing ? block.begin(" READ WRITE") : "BEGIN");
        } catch (IOException e) {
            throw failed(block, lease, new BackendGone(null, e));
        }
        answers.add(Answers.QUERY_HIDDEN, 0);
        return continueBlock(block, lease, work, answers);
    }

    /** Outside of any transaction; logged afterwards, so that every node does it. */
    private boolean maintenance(Work work) throws StatementFailure, SessionEnd, IOException {
        Lease lease = leases.forWrite(Reason.WRITE);
        if (!(lease instanceof Lease.Writing w)) {
            return relayed((Lease.Relaying) lease, work);
        }
        Relay.Watch watch = new Relay.Watch();
        boolean clean = false;
        try {
            SessionContext context = w.context();
            exchange.run(lease, work, watch, new Answers());
            clean = true;
            if (watch.error == null) {
                maintained(w, context, work);
            }
        } catch (BackendGone e) {
            throw new StatementFailure("57P01", "the connection to this node's PostgreSQL was lost", "Run it again.");
        } finally {
            node.transactions().abandon(w.transaction());
            leases.giveBack(w.backend(), clean);
        }
        return watch.error == null;
    }

    private void maintained(Lease.Writing w, SessionContext context, Work work) {
        node.transactions()
                .maintained(
                        w.transaction(), context, work.statements().getFirst().text());
    }

    /** In several transactions of its own on the master; replicas follow when it has come to its end. */
    private boolean outside(Work work, OutsideTransaction what) throws StatementFailure, SessionEnd, IOException {
        Lease lease = leases.forWrite(Reason.WRITE);
        if (!(lease instanceof Lease.Writing w)) {
            return relayed((Lease.Relaying) lease, work);
        }
        Relay.Watch watch = new Relay.Watch();
        watch.holdCompletion = work.completesQuery();
        boolean over = false;
        try {
            Outside.Defaults were;
            try {
                were = beforeOutside(w, what);
            } catch (StatementFailure e) {
                over = true;
                node.transactions().abandon(w.transaction());
                leases.giveBack(w.backend(), true);
                throw e;
            }
            exchange.run(lease, work, watch, new Answers());
            if (what.kind() == OutsideTransaction.Kind.REINDEX && watch.error == null) {
                maintained(w, w.context(), work);
            }
            over = true;
            if (watch.error != null) {
                boolean clean = node.transactions().failedOutside(w.transaction(), w.backend(), were);
                leases.giveBack(w.backend(), clean);
                return false;
            }
            blocks.settle(w, node.transactions().afterOutside(w.transaction(), w.backend(), were, node.commitWait()));
            heldCompletion = watch.heldCompletion;
            return true;
        } catch (BackendGone e) {
            throw new StatementFailure(
                    "57P01",
                    "the connection to this node's PostgreSQL was lost; what the statement did is undone",
                    "Run it again.");
        } finally {
            if (!over) {
                w.backend().discard();
                node.transactions().lostOutside(w.transaction());
                leases.giveBack(w.backend(), false);
            }
        }
    }

    private Outside.Defaults beforeOutside(Lease.Writing w, OutsideTransaction what)
            throws StatementFailure, BackendGone {
        session.working(w.backend());
        try {
            return node.transactions().beforeOutside(w.transaction(), w.backend(), what);
        } catch (ServerError e) {
            if (e.fields().isFatal()) {
                throw new BackendGone(e.fields(), new IOException(e.getMessage()));
            }
            throw new StatementFailure(e.fields());
        } catch (IOException e) {
            throw new BackendGone(null, e);
        }
    }

    /** Cannot run in a transaction, and has nothing to log. */
    private boolean discardAll(Work work) throws StatementFailure, SessionEnd, IOException {
        Lease lease = leases.forWrite(Reason.SESSION_STATE);
        if (!(lease instanceof Lease.Writing w)) {
            return relayed((Lease.Relaying) lease, work);
        }
        Relay.Watch watch = new Relay.Watch();
        boolean clean = false;
        try {
            exchange.run(lease, work, watch, new Answers());
            clean = true;
            if (watch.error == null) {
                work.ran(lease, watch);
            }
        } catch (BackendGone e) {
            throw new SessionEnd(
                    "57P01", "terminating connection: the server connection that held its state is lost", "");
        } finally {
            node.transactions().abandon(w.transaction());
            leases.giveBack(w.backend(), clean);
        }
        return watch.error == null;
    }

    private boolean relayed(Lease.Relaying r, Work work) throws StatementFailure, SessionEnd, IOException {
        Relay.Watch w = new Relay.Watch();
        w.catchMoved = true;
        try {
            exchange.run(r, work, w, new Answers());
        } catch (BackendGone e) {
            throw blocks.lostWhileCommitting(r, e, w.transaction);
        }
        if (movedMaster.met(w, leases)) {
            return write(work, blocks.whyMaster(work.decisive()));
        }
        session.route.index(node.seenUpTo(r.node()));
        blocks.noteToken(w);
        if (w.error == null) {
            work.ran(r, w);
        }
        return w.error == null;
    }

    // ---- in a transaction

    private boolean inBlock(Block block, Work work) throws StatementFailure, SessionEnd, IOException {
        boolean recovers = work.decisive() instanceof TransactionControl.RollbackTo && block.lease != null;
        if (block.failed && !recovers) {
            throw new StatementFailure(
                    "25P02", "current transaction is aborted, commands ignored until end of transaction block", "");
        }
        Answers answers = new Answers();
        Lease lease;
        try {
            lease = blocks.lease(block, work.decisive(), work.hint(), answers);
        } catch (StatementFailure e) {
            block.failed = true;
            throw e;
        } catch (BackendGone e) {
            block.failed = true;
            throw new StatementFailure(
                    "40001",
                    "the connection to the server was lost",
                    "Nothing was committed; run the transaction again.");
        }
        return continueBlock(block, lease, work, answers);
    }

    private boolean continueBlock(Block block, Lease lease, Work work, Answers answers)
            throws StatementFailure, SessionEnd, IOException {
        Relay.Watch w = new Relay.Watch();
        w.holdCompletion = !block.explicit && work.completesQuery();
        w.endsNoTransaction = NestedEnd.couldBeIn(block, work);
        w.catchMoved = lease instanceof Lease.Relaying;
        try {
            if (lease instanceof Lease.Writing writing
                    && work.decisive() instanceof Classification.Ddl ddl
                    && work.ddl().isPresent()) {
                if (!answers.isEmpty()) {
                    Relay.Watch begun = new Relay.Watch();
                    exchange.owed(lease.backend(), answers, begun);
                }
                aroundDdl(writing, ddl, work, w);
            } else {
                exchange.run(lease, work, w, answers);
            }
        } catch (BackendGone e) {
            throw failed(block, lease, e);
        }
        if (movedMaster.met(w, leases)) {
            blocks.letGo(block, (Lease.Relaying) lease);
            return inBlock(block, work);
        }
        blocks.noteToken(w);
        if (w.error != null) {
            block.failed = true;
            if (w.heldCompletion != null) {
                relay.complete(w.heldCompletion);
            }
            return false;
        }
        if (work.decisive() instanceof TransactionControl.RollbackTo) {
            block.failed = false;
        }
        work.ran(lease, w);
        heldCompletion = w.heldCompletion;
        return true;
    }

    private @org.jspecify.annotations.Nullable String heldCompletion;

    /** The completion that waits for its commit, if any; taken once. */
    Optional<String> takeHeldCompletion() {
        Optional<String> held = Optional.ofNullable(heldCompletion);
        heldCompletion = null;
        return held;
    }

    private void aroundDdl(Lease.Writing lease, Classification.Ddl ddl, Work work, Relay.Watch w)
            throws StatementFailure, IOException, BackendGone {
        String statement = work.ddl().orElseThrow();
        session.working(lease.backend());
        try {
            node.transactions().beforeDdl(lease.transaction(), lease.backend(), ddl, statement);
            exchange.run(lease, work, w, new Answers());
            if (w.error == null) {
                node.transactions().afterDdl(lease.transaction(), lease.backend(), ddl);
            }
        } catch (ServerError e) {
            if (e.fields().isFatal()) {
                throw new BackendGone(e.fields(), new IOException(e.getMessage()));
            }
            markFailed();
            throw new StatementFailure(e.fields());
        } catch (CommitFailure e) {
            markFailed();
            throw new StatementFailure(e.fields());
        }
    }

    private void markFailed() {
        Block b = session.block;
        if (b != null) {
            b.failed = true;
        }
    }

    private StatementFailure failed(Block block, Lease lease, BackendGone e) throws SessionEnd {
        StatementFailure f = blocks.lost(block, lease, e);
        if (!block.explicit) {
            session.block = null;
        }
        return f;
    }
}

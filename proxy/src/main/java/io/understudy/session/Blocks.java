package io.understudy.session;

import io.understudy.backend.ServerError;
import io.understudy.classification.Classification;
import io.understudy.classification.TransactionControl;
import io.understudy.classification.TransactionOptions;
import io.understudy.execution.CommitOutcome;
import io.understudy.log.SessionContext;
import io.understudy.log.TransactionToken;
import io.understudy.route.Hint;
import io.understudy.route.Route.Reason;
import io.understudy.wire.ErrorFields;
import io.understudy.wire.MessageOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A session's transaction: begins it where its first statement must run, ends it there, by whichever way that place asks for. */
final class Blocks {
    private final NodeServices node;
    private final SessionState session;
    private final Leases leases;
    private final MessageOutput clientOut;
    private final Unasked unasked;
    private final Reports reports;

    Blocks(NodeServices node, SessionState session, Leases leases, MessageOutput clientOut, Reports reports) {
        this.node = node;
        this.session = session;
        this.leases = leases;
        this.clientOut = clientOut;
        this.reports = reports;
        this.unasked = new Unasked(clientOut);
    }

    /** BEGIN by the client. Nothing is sent anywhere yet. */
    void begin(TransactionOptions options) throws IOException {
        Block b = session.block;
        if (b == null) {
            session.block = new Block(options, true);
        } else if (b.explicit) {
            notice("25001", "there is already a transaction in progress");
        } else {
            b.explicit = true;
        }
    }

    /** For the client's own COMMIT or ROLLBACK without its own BEGIN: it ends what its query string did so far. */
    void warnIfImplicit() throws IOException {
        Block b = session.block;
        if (b != null && !b.explicit) {
            notice("25P01", "there is no transaction in progress");
        }
    }

    /** A transaction that ends with the query string or Sync. */
    Block implicit() {
        Block b = new Block(TransactionOptions.NONE, false);
        session.block = b;
        return b;
    }

    /**
     * The lease of the present transaction; taken now if this is its first statement, its BEGIN written ahead of what follows.
     */
    Lease lease(Block block, Classification first, Hint hint, Answers answers)
            throws StatementFailure, SessionEnd, BackendGone {
        Lease lease = block.lease;
        if (lease != null) {
            return lease;
        }
        boolean readOnly = block.options.readOnly().orElse(session.readOnlyByDefault);
        // What a SERIALIZABLE transaction reads takes part in who may commit, READ ONLY or not.
        boolean atMaster = session.readsOnMaster()
                || block.options.isSerializable()
                || first instanceof Classification.Read r && r.scope() == Classification.Scope.SERVER;
        if (!readOnly || atMaster) {
            lease = leases.forWrite(whyMaster(readOnly));
        } else if (hint instanceof Hint.Master) {
            lease = leases.forWrite(Reason.HINT);
        } else {
            lease = leases.forRead(Reason.READ_ONLY_TRANSACTION, hint);
        }
        block.lease = lease;
        String access = readOnly ? " READ ONLY" : lease instanceof Lease.Relaying ? "" : " READ WRITE";
        try {
            SimpleCommand.send(lease.backend(), block.begin(access));
        } catch (IOException e) {
            throw new BackendGone(null, e);
        }
        answers.add(Answers.QUERY_HIDDEN, 0);
        if (lease instanceof Lease.Reading r) {
            node.countRead(r.node());
        }
        return lease;
    }

    Reason whyMaster(Classification c) {
        if (session.relayed) {
            return Reason.RELAYED;
        }
        if (!(c instanceof Classification.Read)) {
            return Reason.WRITE;
        }
        return session.readsOnMaster() ? Reason.SESSION_STATE : Reason.MASTER_STATE;
    }

    private Reason whyMaster(boolean readOnly) {
        if (session.relayed) {
            return Reason.RELAYED;
        }
        if (!readOnly) {
            return Reason.READ_WRITE_TRANSACTION;
        }
        return session.readsOnMaster() ? Reason.SESSION_STATE : Reason.MASTER_STATE;
    }

    /**
     * Ends the present transaction as COMMIT does.
     *
     * @return the command tag: ROLLBACK if the transaction had failed
     * @throws StatementFailure it did not commit; it is over
     */
    String commit(TransactionControl.Commit how) throws StatementFailure, SessionEnd, IOException {
        Block b = session.block;
        if (b == null) {
            notice("25P01", "there is no transaction in progress");
            return "COMMIT";
        }
        if (b.failed) {
            rollback(false);
            chain(b, how.chain());
            return "ROLLBACK";
        }
        session.block = null;
        session.portals.clear();
        Lease lease = b.lease;
        if (lease != null) {
            switch (lease) {
                case Lease.Reading r -> commitReading(r);
                case Lease.Writing w -> commitWriting(b, w);
                case Lease.Relaying r -> {
                    reports.beforeCommit(b);
                    commitRelaying(r, b.told);
                }
            }
            session.idle();
        }
        keepSettings(b, lease);
        chain(b, how.chain());
        return "COMMIT";
    }

    private void chain(Block b, boolean chain) {
        if (chain) {
            session.block = new Block(b.options, true);
        }
    }

    private void commitReading(Lease.Reading r) {
        boolean clean = false;
        try {
            Optional<ErrorFields> error = SimpleCommand.run(r.backend(), "COMMIT", unasked);
            clean = error.isEmpty();
            session.told.tell(r.backend());
        } catch (BackendGone e) {
            // It only read: what it read stands.
        } finally {
            leases.giveBack(r, clean);
        }
    }

    private void commitWriting(Block block, Lease.Writing w) throws StatementFailure, SessionEnd, IOException {
        reports.beforeCommit(block);
        w.backend().asynchronous(unasked::take);
        CommitOutcome outcome = node.transactions().commit(w.transaction(), w.backend(), context(), node.commitWait());
        w.backend().asynchronous(null);
        if (!(outcome instanceof CommitOutcome.Unknown)) {
            session.told.tell(w.backend());
        }
        settle(w, outcome);
    }

    /** What an ended write transaction means to the session; its connection goes back. */
    void settle(Lease.Writing w, CommitOutcome outcome) throws StatementFailure, SessionEnd {
        switch (outcome) {
            case CommitOutcome.Committed c -> {
                committed(c.index());
                leases.giveBack(w.backend(), true);
            }
            case CommitOutcome.NothingWritten n -> {
                String self = node.picture().self().name();
                session.read(self, node.seenUpTo(self), 0);
                leases.giveBack(w.backend(), true);
            }
            case CommitOutcome.TemporaryObjects t -> {
                session.pin(java.util.Set.of(io.understudy.classification.PinReason.TEMPORARY_OBJECT));
                t.index().ifPresent(this::committed);
                leases.giveBack(w.backend(), true);
            }
            case CommitOutcome.RolledBack r -> {
                leases.giveBack(w.backend(), !w.backend().lost());
                throw new StatementFailure(r.error());
            }
            case CommitOutcome.Unknown u -> {
                // The backend keeps its locks until the log knows; somebody else sees to that.
                session.pinned = null;
                if (session.stateLost()) {
                    throw new SessionEnd("08007", u.error().message(), "");
                }
                throw new StatementFailure(u.error());
            }
        }
    }

    private void commitRelaying(Lease.Relaying r, @Nullable TransactionToken told) throws StatementFailure, SessionEnd {
        Relay.Watch w = new Relay.Watch();
        try {
            Optional<ErrorFields> error = relayedCommit(r, w);
            session.route.index(node.seenUpTo(r.node()));
            noteToken(w);
            session.told.tell(r.backend());
            if (error.isPresent()) {
                throw new StatementFailure(error.get());
            }
        } catch (BackendGone e) {
            throw lostWhileCommitting(r, e, w.transaction != null ? w.transaction : told);
        }
    }

    private Optional<ErrorFields> relayedCommit(Lease.Relaying r, Relay.Watch w) throws BackendGone {
        try {
            SimpleCommand.send(r.backend(), "COMMIT");
        } catch (IOException e) {
            throw new BackendGone(null, e);
        }
        return SimpleCommand.finish(r.backend(), unasked, w::heard);
    }

    /** The master's proxy was lost after it was asked to commit. */
    StatementFailure lostWhileCommitting(Lease.Relaying r, BackendGone e, @Nullable TransactionToken token)
            throws SessionEnd {
        dropRelay(r);
        ErrorFields said = e.lastWords();
        if (said != null && said.sqlState().equals("40001")) {
            return new StatementFailure(said);
        }
        return new StatementFailure(
                "08007",
                "the connection to master " + r.node() + " was lost while it committed; whether it did is unknown",
                token == null
                        ? "Look whether the transaction's changes are there before you repeat it."
                        : CommitOutcome.Unknown.hint(token));
    }

    /**
     * The token of the present transaction, which begins now if it has not yet; outside of a transaction block that of the last one.
     *
     * @return empty if there is none
     */
    String transaction() throws StatementFailure, SessionEnd {
        Block b = session.block;
        if (b != null && !b.failed && !b.options.readOnly().orElse(session.readOnlyByDefault)) {
            begun(b);
        }
        TransactionToken token = session.transaction;
        return token == null ? "" : token.toString();
    }

    private void begun(Block b) throws StatementFailure, SessionEnd {
        try {
            if (b.lease == null) {
                Lease lease = lease(b, new Classification.Empty(), Hint.NONE, new Answers());
                SimpleCommand.finish(lease.backend(), unasked);
            }
            if (b.lease instanceof Lease.Relaying r && b.told == null) {
                @Nullable
                String[] row = r.backend().query("SHOW " + Reports.TRANSACTION).getFirst();
                told(TransactionToken.parse(Objects.requireNonNull(row[0])));
            }
        } catch (ServerError e) {
            b.failed = true;
            throw new StatementFailure(e.fields());
        } catch (IOException e) {
            throw beginLost(b, new BackendGone(null, e));
        } catch (BackendGone e) {
            throw beginLost(b, e);
        }
    }

    private StatementFailure beginLost(Block b, BackendGone e) throws SessionEnd {
        return lost(b, Objects.requireNonNull(b.lease), e);
    }

    private void told(TransactionToken token) {
        session.transaction = token;
        if (session.block != null) {
            session.block.told = token;
        }
    }

    /** No lower than anything this session can have seen. */
    long causalToken() throws StatementFailure, SessionEnd {
        leases.settle();
        return session.need.highest();
    }

    /** What the master's proxy said of the log while it worked for this session. */
    void noteToken(Relay.Watch w) {
        if (w.transaction != null) {
            told(w.transaction);
        }
        if (w.token >= 0) {
            committed(w.token);
        }
        if (w.seen >= 0) {
            session.read(session.route.node(), w.seen, 0);
        }
    }

    private void committed(long index) {
        session.committed(index);
        session.route.index(index);
        node.acknowledged(index);
    }

    private void keepSettings(Block b, @Nullable Lease lease) {
        if (b.settings.isEmpty()) {
            return;
        }
        for (Block.Setting s : b.settings) {
            TrackedSettings.keep(session, s);
        }
        if (b.rolledBackToSavepoint) {
            session.pin(java.util.Set.of(io.understudy.classification.PinReason.SETTING));
        }
        if (lease != null) {
            lease.backend().settingsFingerprint(session.settings.fingerprint());
        }
    }

    /** What the entry says of the session; exact only where it matters (DDL asks the server). */
    private SessionContext context() {
        Map<String, String> settings = new HashMap<>();
        settings.put("search_path", String.join(", ", quoted(session.searchPath)));
        return new SessionContext(session.user.name(), settings);
    }

    private static Iterable<String> quoted(Iterable<String> names) {
        java.util.List<String> q = new java.util.ArrayList<>();
        names.forEach(n -> q.add('"' + n.replace("\"", "\"\"") + '"'));
        return q;
    }

    /** Ends the present transaction as ROLLBACK does. */
    void rollback(boolean chain) throws SessionEnd, IOException {
        Block b = session.block;
        if (b == null) {
            notice("25P01", "there is no transaction in progress");
            return;
        }
        session.block = null;
        session.portals.clear();
        Lease lease = b.lease;
        if (lease != null) {
            b.lease = null;
            end(lease);
        }
        chain(b, chain);
    }

    private void end(Lease lease) throws SessionEnd {
        session.idle();
        boolean clean = false;
        try {
            clean = !lease.backend().lost()
                    && SimpleCommand.run(lease.backend(), "ROLLBACK", unasked).isEmpty();
            session.told.tell(lease.backend());
        } catch (BackendGone e) {
            // Gone is rolled back.
        }
        switch (lease) {
            case Lease.Reading r -> leases.giveBack(r, clean);
            case Lease.Writing w -> {
                node.transactions().rolledBack(w.transaction(), w.backend(), clean);
                leases.giveBack(w.backend(), clean);
            }
            case Lease.Relaying r -> {
                if (!clean) {
                    dropRelay(r);
                }
            }
        }
    }

    /** The node it was to run on has done nothing of it: it begins anew elsewhere. */
    void letGo(Block b, Lease.Relaying r) throws SessionEnd {
        b.lease = null;
        session.idle();
        try {
            if (SimpleCommand.run(r.backend(), "ROLLBACK").isPresent()) {
                dropRelay(r);
            }
        } catch (BackendGone e) {
            dropRelay(r);
        }
    }

    /** The lease's connection was lost in the middle: the transaction cannot commit any more. Tells the client by the exception. */
    StatementFailure lost(Block b, Lease lease, BackendGone e) throws SessionEnd {
        b.lease = null;
        b.failed = true;
        session.idle();
        String doomed = lease instanceof Lease.Writing w ? w.transaction().doomed() : null;
        switch (lease) {
            case Lease.Reading r -> leases.giveBack(r, false);
            case Lease.Writing w -> {
                node.transactions().rolledBack(w.transaction(), w.backend(), false);
                leases.giveBack(w.backend(), false);
            }
            case Lease.Relaying r -> dropRelay(r);
        }
        ErrorFields said = e.lastWords();
        if (said != null && said.sqlState().equals("57P01") && doomed == null && !(lease instanceof Lease.Relaying)) {
            throw new SessionEnd("57P01", said.message(), "");
        }
        String why = doomed != null ? doomed : "the connection to " + place(lease) + " was lost";
        return new StatementFailure(
                "40001", "the transaction was rolled back: " + why, "Nothing of it was committed; run it again.");
    }

    private static String place(Lease lease) {
        return switch (lease) {
            case Lease.Reading r -> "PostgreSQL of node " + r.node();
            case Lease.Writing w -> "this node's PostgreSQL";
            case Lease.Relaying r -> "master " + r.node();
        };
    }

    void dropRelay(Lease.Relaying r) throws SessionEnd {
        r.backend().discard();
        session.relay = null;
        if (session.stateLost()) {
            throw new SessionEnd(
                    "57P01",
                    "terminating connection: the master, where this session's state was, is lost",
                    "Connect again.");
        }
    }

    /** The client is gone: whatever its transaction holds is let go. */
    void abandon() {
        Block b = session.block;
        session.block = null;
        Lease lease = b == null ? null : b.lease;
        switch (lease) {
            case null -> {}
            case Lease.Reading r -> {
                r.backend().cancel();
                leases.giveBack(r, false);
            }
            case Lease.Writing w -> {
                w.backend().cancel();
                w.backend().discard();
                if (session.pinned == w.backend()) {
                    session.pinned = null;
                }
                node.transactions().rolledBack(w.transaction(), w.backend(), false);
            }
            case Lease.Relaying r -> {
                r.backend().cancel();
                r.backend().discard();
            }
        }
    }

    private void notice(String sqlState, String message) throws IOException {
        ErrorFields.error(sqlState, message, "")
                .with('S', "WARNING")
                .with('V', "WARNING")
                .writeNotice(clientOut);
    }
}

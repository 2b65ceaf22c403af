package io.understudy.execution;

import io.understudy.backend.Backend;
import io.understudy.backend.BackendUnavailable;
import io.understudy.backend.ServerError;
import io.understudy.capture.CrashMark;
import io.understudy.capture.DdlNotes;
import io.understudy.capture.Outside;
import io.understudy.catalog.CatalogCache;
import io.understudy.classification.Classification;
import io.understudy.classification.OutsideTransaction;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.RowText;
import io.understudy.log.SessionContext;
import io.understudy.wire.ErrorFields;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Write transactions of this node's clients, from their begin to their end; {@link CommitProtocol} is the part from COMMIT on. Safe for use by many threads, each with its own transaction.
 */
public final class MasterTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(MasterTransactions.class);

    /** Settings that change what DDL means; read from the server where it runs, so that SET LOCAL and functions cannot deceive. */
    private static final List<String> CONTEXT = List.of(
            "search_path",
            "DateStyle",
            "IntervalStyle",
            "TimeZone",
            "default_tablespace",
            "default_table_access_method",
            "check_function_bodies",
            "extra_float_digits",
            "bytea_output",
            "xmloption",
            "standard_conforming_strings",
            "array_nulls",
            "backslash_quote",
            "transform_null_equals",
            "quote_all_identifiers",
            "default_text_search_config",
            "xmlbinary",
            "lc_monetary",
            "lc_numeric",
            "lc_time",
            "createrole_self_grant");

    /** Tags of the statements that may give an enum labels. */
    static final Set<String> MAKES_LABELS = Set.of("CREATE TYPE", "ALTER TYPE", "CREATE EXTENSION", "CREATE SCHEMA");

    private static final String CONTEXT_SQL = contextSql();

    /** Under these the server says what a statement outside of transactions came to. */
    private static final Map<String, String> OUTSIDE_SETTINGS = outsideSettings();

    /**
     * Locks on nothing but the order of schema changes, until their transactions are over. Most change something under a lock that the others wait for, and may run side by side; those that take
     * no such lock (GRANT ON ALL TABLES, CREATE OR REPLACE FUNCTION, DROP TABLE IF EXISTS of none, …) would else see less, or more, than what stands before them in the log. PostgreSQL's own, so that it finds deadlocks.
     */
    private static final String ALONGSIDE_OTHERS = "SELECT pg_catalog.pg_advisory_xact_lock_shared(1970500716, 1)";

    static final String ALONE = "SELECT pg_catalog.pg_advisory_xact_lock(1970500716, 1)";

    private final UUID process;
    private final MasterGate gate;
    private final PendingAppends pendings;
    private final CommitProtocol protocol;
    private final CatalogCache catalog;
    private final NodeDatabase database;
    private volatile DdlNotes notes = new DdlNotes("");

    public MasterTransactions(
            UUID process,
            MasterGate gate,
            PendingAppends pendings,
            CommitProtocol protocol,
            CatalogCache catalog,
            NodeDatabase database) {
        this.process = process;
        this.gate = gate;
        this.pendings = pendings;
        this.protocol = protocol;
        this.catalog = catalog;
        this.database = database;
    }

    /** A new secret of the node's is in its database. */
    public void secret(String secret) {
        notes = new DdlNotes(secret);
        protocol.secret(secret);
    }

    /** Whether statements of that shape are logged as rows because some replica found them to be not what they seem. */
    public boolean isDistrusted(String shape) {
        return protocol.isDistrusted(shape);
    }

    public boolean hasMajority() {
        return gate.hasMajority();
    }

    /** Lets a transaction in; it must end by {@link #commit}, {@link #rolledBack} or {@link #abandon}. */
    public WriteTransaction begin(Duration waitMax) throws CommitFailure {
        return gate.enter(waitMax);
    }

    /**
     * Ties a transaction to the connection it will run on, and makes sure that PostgreSQL has not crashed since this node opened as master: after a crash transaction ids may be
     * given a second time.
     */
    public void admit(WriteTransaction t, Backend b) throws BackendUnavailable, CommitFailure {
        t.runsOn(b.pid());
        if (b.checkedIn() == t.epoch()) {
            return;
        }
        try {
            if (!CrashMark.present(b, process)) {
                throw new CommitFailure(ErrorFields.error(
                        "57P03", "this node's PostgreSQL has crashed and is being brought up to date", "Retry."));
            }
            b.checkedIn(t.epoch());
        } catch (IOException | ServerError e) {
            throw BackendUnavailable.lost(b.server(), e);
        }
    }

    /** Before a DDL statement runs: what was captured so far must be described by the shapes of now, and the context it runs in is noted. */
    public void beforeDdl(WriteTransaction t, Backend b, Classification.Ddl ddl, String sql)
            throws IOException, ServerError, CommitFailure {
        if (ddl.temporary()) {
            return;
        }
        b.query(ddl.lockFree() ? ALONE : ALONGSIDE_OTHERS);
        t.shapesBeforeDdl().beforeDdl(b);
        SessionContext context = context(b);
        t.moments(FixedMoments.before(b, notes.secret(), ddl, sql, context));
        String note = ddl.shared() ? t.ddl().size() + ":" + ddl.tag() : "";
        LoggedStatement statement = new LoggedStatement(sql, List.of(), -1);
        t.ran(new RanDdl(statement, Optional.of(statement), context, note, List.of()));
    }

    /** After a DDL statement has run. */
    public void afterDdl(WriteTransaction t, Backend b, Classification.Ddl ddl)
            throws IOException, ServerError, CommitFailure {
        if (ddl.temporary()) {
            return;
        }
        FixedMoments moments = t.moments();
        if (moments != null) {
            t.logLastAs(moments.logged(b, notes.secret()));
        }
        if (ddl.shared()) {
            notes.sharedObject(b, t.ddl().getLast().note());
        }
        if (ddl.rewritesRows()) {
            notes.image(b);
            if (ddl.tag().equals("CREATE TABLE") || ddl.tag().equals("SELECT INTO")) {
                notes.madeOfQuery(b).ifPresent(t::logLastAs);
            }
        }
        if (MAKES_LABELS.contains(ddl.tag())) {
            t.sequel(DdlNotes.labelNumbers(b));
        }
        RanDdl ran = t.ddl().getLast();
        Optional<LoggedStatement> logged = ran.logged();
        if (logged.isPresent()) {
            ForReplicas.instead(b, logged.get().sql(), ran.context()).ifPresent(t::logLastAs);
        }
    }

    /** COMMIT; see {@link CommitProtocol#commit}. */
    public CommitOutcome commit(WriteTransaction t, Backend b, SessionContext context, Duration waitMax) {
        return protocol.commit(t, b, context, waitMax);
    }

    /**
     * Before a statement that runs outside of any transaction: notes it in the database, so that whatever happens it is either logged or undone.
     *
     * @return to be given to {@link #afterOutside}
     */
    public Outside.Defaults beforeOutside(WriteTransaction t, Backend b, OutsideTransaction what)
            throws IOException, ServerError {
        protocol.outside().begins(t);
        try {
            return protocol.outside()
                    .notes()
                    .begin(b, t.id(), what.kind().name().toLowerCase(Locale.ROOT), what.object(), what.parent());
        } catch (IOException | ServerError e) {
            protocol.outside().settled(t);
            throw e;
        }
    }

    /** It has run: logs it, or undoes what it did. @param were what {@link #beforeOutside} returned */
    public CommitOutcome afterOutside(WriteTransaction t, Backend b, Outside.Defaults were, Duration waitMax) {
        boolean logged = false;
        boolean committing = false;
        try {
            Outside notes = protocol.outside().notes();
            notes.put(b, were);
            protocol.outside().finish(t, waitMax);
            List<String> statements = notes.statements(b, t.id());
            if (statements.isEmpty()) {
                b.query("COMMIT");
                gate.leave(t);
                logged = true;
                return new CommitOutcome.NothingWritten();
            }
            @Nullable
            String[] row = b.query("SELECT pg_catalog.pg_current_xact_id(), current_user")
                    .getFirst();
            SessionContext context = new SessionContext(Objects.requireNonNull(row[1]), OUTSIDE_SETTINGS);
            t.ranOutside(
                    Long.parseUnsignedLong(Objects.requireNonNull(row[0])),
                    statements.stream()
                            .map(sql -> new Form.Ddl(new LoggedStatement(sql, List.of(), -1), context))
                            .toList());
            committing = true;
            CommitOutcome outcome = protocol.commit(t, b, context, waitMax);
            logged = !(outcome instanceof CommitOutcome.RolledBack);
            return outcome;
        } catch (ServerError e) {
            return new CommitOutcome.RolledBack(e.fields());
        } catch (CommitFailure e) {
            return new CommitOutcome.RolledBack(e.fields());
        } catch (IOException e) {
            return new CommitOutcome.RolledBack(ErrorFields.error(
                    "40001", "the connection to this node's PostgreSQL was lost", "It is undone; run it again."));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new CommitOutcome.RolledBack(
                    ErrorFields.error("57P01", "the node shuts down", "It is undone; run it again."));
        } finally {
            if (!logged) {
                if (!committing) {
                    gate.leave(t);
                }
                b.discard();
                protocol.outside().undo(t);
            } else {
                protocol.outside().settled(t);
            }
            catalog.invalidate();
        }
    }

    /** It has failed: undoes what it did. @return whether the connection can be used again */
    public boolean failedOutside(WriteTransaction t, Backend b, Outside.Defaults were) {
        try {
            protocol.outside().notes().put(b, were);
            return lostOutside(t);
        } catch (IOException | ServerError e) {
            b.discard();
            lostOutside(t);
            return false;
        }
    }

    /** Nobody knows how it ended, and its connection is lost: undoes what it did. @return whether that is done */
    public boolean lostOutside(WriteTransaction t) {
        boolean undone = protocol.outside().undo(t);
        gate.leave(t);
        catalog.invalidate();
        return undone;
    }

    /** It was rolled back, or its connection is lost. */
    public void rolledBack(WriteTransaction t, Backend b, boolean clean) {
        if (t.movesSequences() && clean) {
            protocol.sequencesMoved(t);
        }
        gate.leave(t);
        if (!t.ddl().isEmpty()) {
            catalog.invalidate();
        }
    }

    /** It ended before anything ran in it. */
    public void abandon(WriteTransaction t) {
        gate.leave(t);
    }

    /** The role and the settings under which a statement of that session would run now. */
    public static SessionContext context(Backend b) throws IOException, ServerError {
        @Nullable String[] row = b.query(CONTEXT_SQL).getFirst();
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < CONTEXT.size(); i++) {
            if (row[i + 1] != null) {
                settings.put(CONTEXT.get(i), Objects.requireNonNull(row[i + 1]));
            }
        }
        return new SessionContext(Objects.requireNonNull(row[0]), settings);
    }

    /** A statement of maintenance has run here, outside of any transaction: the others are to run it too. Does not wait. */
    public void maintained(WriteTransaction t, SessionContext context, String sql) {
        Entry.Maintenance entry = new Entry.Maintenance(t.id(), process, t.epoch(), context, sql);
        pendings.propose(t.id(), t.epoch(), EntryCodec.encode(entry), () -> {});
        catalog.invalidate();
    }

    /**
     * Makes sure that a transaction of this run of the proxy is over, and so in the log or never to be there: ends it, or waits for the log if it is being appended.
     *
     * @return false if it still is not over
     */
    public boolean settle(UUID id, Duration waitMax) {
        Optional<WriteTransaction> running = gate.inside(id);
        if (running.isEmpty()) {
            return true;
        }
        WriteTransaction t = running.get();
        evict(t, "its outcome was asked for before it committed");
        return t.doomed() != null || gate.awaitGone(t, waitMax);
    }

    /** Ends, from outside, a transaction that is not being appended. */
    public void evict(WriteTransaction t, String why) {
        if (t.doom(why)) {
            Thread.startVirtualThread(() -> {
                try {
                    database.terminate(t.backendPid());
                } catch (SQLException e) {
                    LOG.debug("backend {} was not terminated", t.backendPid(), e);
                }
            });
        }
    }

    /**
     * The server is lost, and with it everything that runs: nobody is let in any more, nothing that is not being appended may be, and only then those whose entries are in the log stop waiting for
     * their turns.
     */
    public void serverLost(String why) {
        gate.close(why, t -> t.doom(why));
        pendings.serverLost();
    }

    private static Map<String, String> outsideSettings() {
        Map<String, String> settings = new HashMap<>(RowText.SETTINGS);
        settings.put("standard_conforming_strings", "on");
        return Map.copyOf(settings);
    }

    private static String contextSql() {
        StringBuilder b = new StringBuilder("SELECT current_user");
        CONTEXT.forEach(name -> {
            String setting = "pg_catalog.current_setting('" + name + "', true)";
            // not every version has it: it goes into the log only where somebody set it
            boolean rare = name.equals("createrole_self_grant");
            b.append(", ").append(rare ? "nullif(" + setting + ", '')" : setting);
        });
        return b.toString();
    }
}

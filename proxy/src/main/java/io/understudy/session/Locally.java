package io.understudy.session;

import io.understudy.classification.Classification;
import io.understudy.classification.SessionStatement;
import io.understudy.classification.TransactionControl;
import io.understudy.classification.TransactionOptions;
import io.understudy.log.TransactionToken;
import io.understudy.log.TruncatedLogException;
import io.understudy.route.Consistency;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.ServerMessages;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Statements that the proxy answers itself: those that begin and end transactions, the settings it owns, and its own SHOWs. */
final class Locally {
    private static final List<String> OUTCOME = List.of(Classification.AskOutcome.NAME);

    private final NodeServices node;
    private final SessionState session;
    private final Blocks blocks;
    private final Runner runner;
    private final MessageOutput out;
    private final RouteExplainer explainer;

    Locally(NodeServices node, SessionState session, Blocks blocks, Runner runner, MessageOutput out) {
        this.node = node;
        this.session = session;
        this.blocks = blocks;
        this.runner = runner;
        this.out = out;
        this.explainer = new RouteExplainer(node, session);
    }

    static boolean answered(Classification c) {
        return switch (c) {
            case TransactionControl.Begin b -> true;
            case TransactionControl.Commit commit -> true;
            case TransactionControl.Rollback r -> true;
            case TransactionControl.SetTransaction s -> s.snapshot().isEmpty();
            case TransactionControl.SetSessionCharacteristics s -> true;
            case SessionStatement.Set s -> ownSetting(s.name()) || toDefault(s);
            case SessionStatement.Reset r -> true;
            case SessionStatement.Show s -> TrackedSettings.shownByProxy(s.name());
            case SessionStatement.Discard d -> true;
            case SessionStatement.Deallocate d -> true;
            case Classification.Understudy u -> true;
            case Classification.AskOutcome o -> true;
            case Classification.ExplainRoute e -> true;
            default -> false;
        };
    }

    private static boolean ownSetting(String name) {
        return TrackedSettings.ownedByProxy(name)
                || name.equals("transaction_read_only")
                || name.startsWith("understudy.");
    }

    /** What answering needs to be done by a server after all, given where the session is. */
    boolean needsServer(Classification c) {
        Block b = session.block;
        return switch (c) {
            case TransactionControl.SetTransaction s ->
                b != null && !b.held() && s.options().readOnly().isEmpty();
            case SessionStatement.Discard d ->
                !session.pins.isEmpty() || !d.what().equals("all");
            case SessionStatement.Deallocate d ->
                session.mayHavePreparedBySql()
                        && !d.name().map(session.prepared::containsKey).orElse(false);
            default -> false;
        };
    }

    /**
     * @param describe whether rows are preceded by their description (simple query)
     * @param alone whether it is all there is to its query string or Sync
     * @param argument what stands in its parentheses, if anything does
     * @return the command tag to complete with; empty if it failed at a server, as the client knows already
     */
    Optional<String> run(Classification c, String argument, boolean describe, boolean alone)
            throws StatementFailure, SessionEnd, IOException {
        Optional<SessionStatement.Reset> reset = reset(c);
        if (reset.isPresent()) {
            String tag = c instanceof SessionStatement.Set ? "SET" : "RESET";
            return runner.run(new ResetWork(session, reset.get(), alone)) ? Optional.of(tag) : Optional.empty();
        }
        return Optional.of(run(c, argument, describe));
    }

    /** RESET, or the SET that is the same. */
    private static Optional<SessionStatement.Reset> reset(Classification c) {
        if (c instanceof SessionStatement.Reset r && !ownSetting(r.name())) {
            return Optional.of(r);
        }
        return c instanceof SessionStatement.Set s && toDefault(s)
                ? Optional.of(new SessionStatement.Reset(s.name()))
                : Optional.empty();
    }

    private static boolean toDefault(SessionStatement.Set s) {
        return s.value().isEmpty() && !s.local() && !ownSetting(s.name());
    }

    private String run(Classification c, String argument, boolean describe)
            throws StatementFailure, SessionEnd, IOException {
        Block b = session.block;
        if (b != null
                && b.failed
                && !(c instanceof TransactionControl.Commit)
                && !(c instanceof TransactionControl.Rollback)) {
            throw new StatementFailure(
                    "25P02", "current transaction is aborted, commands ignored until end of transaction block", "");
        }
        return switch (c) {
            case TransactionControl.Begin begin -> {
                blocks.begin(begin.options());
                yield begin.tag();
            }
            case TransactionControl.Commit commit -> {
                requireBlockToChain(commit.chain(), "COMMIT");
                blocks.warnIfImplicit();
                yield blocks.commit(commit);
            }
            case TransactionControl.Rollback r -> {
                requireBlockToChain(r.chain(), "ROLLBACK");
                blocks.warnIfImplicit();
                blocks.rollback(r.chain());
                yield "ROLLBACK";
            }
            case TransactionControl.SetTransaction s -> {
                setTransaction(s.options());
                yield "SET";
            }
            case TransactionControl.SetSessionCharacteristics s -> {
                s.options().readOnly().ifPresent(r -> session.readOnlyByDefault = r);
                s.options().isolation().ifPresent(this::defaultIsolation);
                yield "SET";
            }
            case SessionStatement.Set s -> {
                ownSetting(s);
                yield "SET";
            }
            case SessionStatement.Reset r -> {
                TrackedSettings.keep(session, new Block.Setting(r, ""));
                yield "RESET";
            }
            case SessionStatement.Discard d -> {
                if (b != null) {
                    throw new StatementFailure("25001", "DISCARD ALL cannot run inside a transaction block", "");
                }
                session.settings.reset("all");
                session.prepared.clear();
                session.portals.clear();
                session.readOnlyByDefault = false;
                session.serializableByDefault = false;
                session.searchPathVersion = -1;
                yield "DISCARD ALL";
            }
            case SessionStatement.Deallocate d -> {
                session.deallocate(d.name());
                yield d.name().isPresent() ? "DEALLOCATE" : "DEALLOCATE ALL";
            }
            case SessionStatement.Show s -> {
                show(List.of(s.name()), List.of(List.of(accessMode(s.name()))), describe);
                yield "SHOW";
            }
            case Classification.Understudy u -> {
                show(Shown.columns(u.name()), Shown.rows(u.name(), node, session, blocks), describe);
                yield "SHOW";
            }
            case Classification.AskOutcome o -> {
                show(OUTCOME, List.of(List.of(outcome(argument))), describe);
                yield "SELECT 1";
            }
            case Classification.ExplainRoute e -> {
                show(List.of("QUERY PLAN"), explainer.rows(e), describe);
                yield "EXPLAIN";
            }
            default -> throw new IllegalStateException("not answered locally: " + c.kind());
        };
    }

    private String outcome(String argument) throws StatementFailure, SessionEnd {
        try {
            boolean committed = node.committed(TransactionToken.parse(argument), node.masterWait())
                    .orElseThrow(() -> new StatementFailure(
                            "57P03",
                            "the outcome of that transaction cannot be told here yet",
                            "Ask again, or ask another node: a majority of the nodes must be there."));
            if (committed) {
                // Who knows that sees it from now on, on whatever node it reads.
                session.committed(node.knownCommitted());
            }
            return committed ? "committed" : "not committed";
        } catch (IllegalArgumentException e) {
            throw new StatementFailure(
                    "22023", String.valueOf(e.getMessage()), "It is what SHOW understudy.transaction gave.");
        } catch (TruncatedLogException e) {
            throw new StatementFailure(
                    "55000",
                    "the outcome of that transaction can no longer be told: " + e.getMessage(),
                    "Nodes keep their log for some time only; another one may reach back further.");
        } catch (IOException e) {
            throw new StatementFailure("58030", "the log cannot be read: " + e.getMessage(), "Ask another node.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SessionEnd("57P01", "terminating connection: the node shuts down", "");
        }
    }

    private void setTransaction(TransactionOptions o) throws StatementFailure {
        Block b = session.block;
        if (b == null) {
            return;
        }
        if (!b.held()) {
            requireNoChange(b, o);
            return;
        }
        Block merged = new Block(
                new TransactionOptions(
                        o.isolation().or(b.options::isolation),
                        o.readOnly().or(b.options::readOnly),
                        o.deferrable().or(b.options::deferrable)),
                b.explicit);
        session.block = merged;
    }

    private void requireBlockToChain(boolean chain, String how) throws StatementFailure {
        Block b = session.block;
        if (chain && (b == null || !b.explicit)) {
            throw new StatementFailure("25P01", how + " AND CHAIN can only be used in transaction blocks", "");
        }
    }

    /** After its first statement a transaction stays where it runs, and what it is. */
    private void requireNoChange(Block b, TransactionOptions o) throws StatementFailure {
        boolean readOnly = b.options.readOnly().orElse(session.readOnlyByDefault);
        String hint = "Put it into BEGIN.";
        if (o.readOnly().isPresent() && o.readOnly().get() != readOnly) {
            throw readOnly
                    ? new StatementFailure("25001", "transaction read-write mode must be set before any query", hint)
                    : new StatementFailure(
                            "0A000", "a transaction cannot become READ ONLY after its first statement", hint);
        }
        if (o.isolation().isPresent() && !o.isolation().equals(b.options.isolation())) {
            throw new StatementFailure(
                    "25001", "SET TRANSACTION ISOLATION LEVEL must be called before any query", hint);
        }
        if (o.deferrable().isPresent() && !o.deferrable().equals(b.options.deferrable())) {
            throw new StatementFailure(
                    "25001", "SET TRANSACTION [NOT] DEFERRABLE must be called before any query", hint);
        }
    }

    private void defaultIsolation(String isolation) {
        session.settings.set(
                "default_transaction_isolation", "SET default_transaction_isolation TO '" + isolation + "'");
        session.serializableByDefault = isolation.equals("serializable");
    }

    private void ownSetting(SessionStatement.Set s) throws StatementFailure {
        String value = s.value().orElse("");
        switch (s.name()) {
            case "default_transaction_read_only" -> session.readOnlyByDefault = TrackedSettings.isTrue(value);
            case "transaction_read_only" ->
                setTransaction(new TransactionOptions(
                        Optional.empty(), Optional.of(TrackedSettings.isTrue(value)), Optional.empty()));
            case "understudy.token" -> {
                try {
                    session.committed(Long.parseLong(value));
                } catch (NumberFormatException e) {
                    throw new StatementFailure(
                            "22023",
                            "invalid causal token \"" + value + "\"",
                            "It is the number that SHOW understudy.token gave.");
                }
            }
            case StartupSettings.CONSISTENCY -> {
                try {
                    session.consistency = Consistency.parse(value);
                } catch (IllegalArgumentException e) {
                    throw new StatementFailure(
                            "22023", "invalid value for understudy.consistency: " + e.getMessage(), "");
                }
            }
            case "understudy.report" -> session.reports = TrackedSettings.isTrue(value);
            case "synchronous_commit" -> {
                // The statement log is the durability; there is nothing to choose.
            }
            default ->
                throw new StatementFailure(
                        "42704",
                        "unrecognized setting \"" + s.name() + "\"",
                        "understudy.consistency, understudy.token and understudy.report can be set.");
        }
    }

    /** "on" or "off": where a transaction would run if it began now is the proxy's to say, whatever the connections' own defaults are. */
    private String accessMode(String setting) {
        Block b = session.block;
        boolean readOnly = setting.equals("transaction_read_only") && b != null
                ? b.options.readOnly().orElse(session.readOnlyByDefault)
                : session.readOnlyByDefault;
        return readOnly ? "on" : "off";
    }

    private void show(List<String> columns, List<List<String>> rows, boolean describe) throws IOException {
        if (describe) {
            describe(columns);
        }
        for (List<String> row : rows) {
            ServerMessages.textRow(out, row);
        }
    }

    /** What rows it gives. */
    void describe(Classification c) throws IOException {
        switch (c) {
            case SessionStatement.Show s -> describe(List.of(s.name()));
            case Classification.Understudy u -> describe(Shown.columns(u.name()));
            case Classification.AskOutcome o -> describe(OUTCOME);
            case Classification.ExplainRoute e -> describe(List.of("QUERY PLAN"));
            default -> out.empty('n');
        }
    }

    /** Columns of type text, the same in text and binary format. */
    private void describe(List<String> columns) throws IOException {
        ServerMessages.textColumns(out, columns);
    }
}

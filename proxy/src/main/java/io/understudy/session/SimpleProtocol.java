package io.understudy.session;

import io.understudy.classification.Classification;
import io.understudy.classification.Classifier;
import io.understudy.classification.SqlStatement;
import io.understudy.classification.TransactionControl;
import io.understudy.wire.MessageOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Query messages: a string of statements, one after another; without BEGIN they are one transaction. */
final class SimpleProtocol {
    private final NodeServices node;
    private final SessionState session;
    private final Runner runner;
    private final MeasuredRuns runs;
    private final Blocks blocks;
    private final Locally locally;
    private final Relay relay;
    private final SearchPaths searchPaths;
    private final WholeString wholeString;
    private final MessageOutput out;

    SimpleProtocol(
            NodeServices node,
            SessionState session,
            Runner runner,
            MeasuredRuns runs,
            Blocks blocks,
            Locally locally,
            Relay relay,
            SearchPaths searchPaths,
            WholeString wholeString,
            MessageOutput out) {
        this.node = node;
        this.session = session;
        this.runner = runner;
        this.runs = runs;
        this.blocks = blocks;
        this.locally = locally;
        this.relay = relay;
        this.searchPaths = searchPaths;
        this.wholeString = wholeString;
        this.out = out;
    }

    void query(String sql) throws SessionEnd, IOException {
        List<SqlStatement> statements = Classifier.split(sql, session.told.standardStrings());
        if (statements.isEmpty()) {
            out.empty('I');
            return;
        }
        boolean alone = statements.size() == 1;
        boolean ok = alone || readable(sql);
        for (int i = 0; ok && i < statements.size(); i++) {
            ok = statement(statements.get(i), alone, i == statements.size() - 1);
        }
        endImplicit(ok);
    }

    private boolean readable(String sql) throws SessionEnd, IOException {
        try {
            wholeString.requireReadable(sql);
            return true;
        } catch (StatementFailure f) {
            session.failed(f, out);
            return false;
        }
    }

    private boolean statement(SqlStatement s, boolean alone, boolean last) throws SessionEnd, IOException {
        session.trace.of(s, session.block != null);
        try {
            Classifier classifier = node.classifier();
            long version = classifier.catalogVersion();
            Classification c = classifier.classify(s, searchPaths.inEffect());
            if (c instanceof Classification.Refused r) {
                if (r.endsTransaction() && session.block != null) {
                    blocks.rollback(false);
                }
                throw new StatementFailure(r.sqlState(), r.message(), r.hint());
            }
            if (Locally.answered(c) && !locally.needsServer(c)) {
                Optional<String> tag = locally.run(c, argument(c, s), true, alone);
                if (tag.isPresent()) {
                    relay.complete(tag.get());
                }
                return tag.isPresent();
            }
            if (!alone && session.block == null && !(c instanceof TransactionControl)) {
                blocks.implicit();
            }
            return runs.run(new SimpleWork(session, s, Passwords.hidden(s, c), c, version, alone, last));
        } catch (StatementFailure f) {
            session.failed(f, out);
            return false;
        }
    }

    private static String argument(Classification c, SqlStatement s) {
        return c instanceof Classification.AskOutcome
                ? Classification.AskOutcome.literal(s).orElse("")
                : "";
    }

    private void endImplicit(boolean ok) throws SessionEnd, IOException {
        Block b = session.block;
        if (b != null && !b.explicit) {
            if (!ok || b.failed) {
                runner.takeHeldCompletion();
                blocks.rollback(false);
                return;
            }
            try {
                blocks.commit(new TransactionControl.Commit(false));
            } catch (StatementFailure f) {
                runner.takeHeldCompletion();
                session.tell(f, out);
                return;
            }
        }
        var held = runner.takeHeldCompletion();
        if (held.isPresent()) {
            relay.complete(held.get());
        }
    }
}

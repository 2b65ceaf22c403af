package io.understudy.session;

import io.understudy.classification.Classification;
import io.understudy.classification.SqlStatement;
import io.understudy.classification.TransactionControl;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.ProtocolException;
import io.understudy.wire.ServerMessages;
import java.io.IOException;
import java.util.Optional;

/** Parse, Bind, Describe, Execute, Close up to Sync or Flush. After an error everything up to the next Sync is passed over. */
final class ExtendedProtocol {
    private static final int TEXT = 25;

    private final NodeServices node;
    private final SessionState session;
    private final StatementIds ids;
    private final MeasuredRuns runs;
    private final Blocks blocks;
    private final Locally locally;
    private final Relay relay;
    private final SearchPaths searchPaths;
    private final MessageOutput out;
    private boolean skipping;

    ExtendedProtocol(
            NodeServices node,
            SessionState session,
            StatementIds ids,
            MeasuredRuns runs,
            Blocks blocks,
            Locally locally,
            Relay relay,
            SearchPaths searchPaths,
            MessageOutput out) {
        this.node = node;
        this.session = session;
        this.ids = ids;
        this.runs = runs;
        this.blocks = blocks;
        this.locally = locally;
        this.relay = relay;
        this.searchPaths = searchPaths;
        this.out = out;
    }

    /**
     * @param sync whether the batch ends with Sync; otherwise with Flush, or because it became long
     * @return whether ReadyForQuery is due
     */
    boolean run(MessageBatch batch, boolean sync) throws SessionEnd, IOException {
        boolean effective = sync;
        if (!skipping) {
            skipping = !messages(batch, sync);
            effective = sync && !relay.syncSwallowed();
        }
        if (!effective) {
            return false;
        }
        endImplicit(!skipping);
        skipping = false;
        return true;
    }

    private boolean messages(MessageBatch batch, boolean sync) throws SessionEnd, IOException {
        relay.nothingAnswered();
        ScannedBatch scanned = scan(batch);
        int n = scanned.good();
        int i = 0;
        int first = 0;
        while (i < n) {
            char type = batch.type(i);
            if (type == 'S' || type == 'H') {
                i++;
                continue;
            }
            if (type == 'C' && !scanned.ofPortal(i)) {
                // Only the proxy knows the client's names. Also in a transaction that has failed: drivers close old
                // statements together with the next.
                out.empty('3');
                first = i == first ? i + 1 : first;
                i++;
                continue;
            }
            int from = i;
            relay.nothingAnswered();
            try {
                Classification local = scanned.local(i);
                if (local != null && !locally.needsServer(local)) {
                    trace(scanned, i, i + 1);
                    if (!answer(batch, scanned, i, local, sync)) {
                        return false;
                    }
                    i++;
                    continue;
                }
                i = endOfRun(batch, scanned, i);
                trace(scanned, from, i);
                boolean alone = sync && from == first && i >= n - 1 && scanned.failure() == null;
                if (!runs.run(new ExtendedWork(session, scanned, from, i, alone))) {
                    forget(batch, scanned, from, relay.parsesAnswered());
                    return false;
                }
            } catch (StatementFailure f) {
                // The server may be lost after some of its answers have gone to the client.
                forget(batch, scanned, from, relay.parsesAnswered());
                return failed(f);
            }
        }
        StatementFailure f = scanned.failure();
        return f == null || failed(f);
    }

    /** The first of them that says for which trace it is speaks for all: they are one batch. */
    private void trace(ScannedBatch scanned, int from, int to) {
        SqlStatement says = null;
        for (int i = from; says == null && i < to; i++) {
            Prepared p = scanned.about(i);
            if (p != null && p.sql() != null && !p.sql().trace().isEmpty()) {
                says = p.sql();
            }
        }
        session.trace.of(says, session.block != null);
    }

    private ScannedBatch scan(MessageBatch batch) throws SessionEnd, ProtocolException {
        return new ScannedBatch(session, ids, node.classifier(), batch, searchPaths.inEffect());
    }

    private boolean failed(StatementFailure f) throws IOException {
        session.failed(f, out);
        return false;
    }

    /** Statements whose Parse was not answered do not exist. */
    private void forget(MessageBatch batch, ScannedBatch scanned, int from, int answered) throws ProtocolException {
        int left = answered;
        for (int i = from; i < scanned.good(); i++) {
            if (batch.type(i) == 'P' && left-- <= 0) {
                session.prepared.remove(batch.string(i, batch.body(i)));
            }
        }
    }

    private int endOfRun(MessageBatch batch, ScannedBatch scanned, int from) {
        int i = from;
        Prepared apart = scanned.apart(from) ? scanned.about(from) : null;
        while (i < scanned.good()) {
            char type = batch.type(i);
            if (type == 'S' || type == 'H') {
                break;
            }
            Prepared now = scanned.apart(i) ? scanned.about(i) : null;
            boolean same = apart == null ? now == null : now != null && now.id() == apart.id();
            if (!same) {
                break;
            }
            i++;
        }
        return i;
    }

    /** @return whether it succeeded */
    private boolean answer(MessageBatch batch, ScannedBatch scanned, int i, Classification c, boolean sync)
            throws StatementFailure, SessionEnd, IOException {
        switch (batch.type(i)) {
            case 'P' -> out.empty('1');
            case 'B' -> out.empty('2');
            case 'C' -> out.empty('3');
            case 'D' -> {
                if (!scanned.ofPortal(i)) {
                    if (scanned.parameterOf(i)) {
                        ServerMessages.parameterDescription(out, TEXT);
                    } else {
                        ServerMessages.parameterDescription(out);
                    }
                }
                locally.describe(c);
            }
            default -> {
                // only the last Execute before Sync can be a transaction of its own
                Optional<String> tag = locally.run(c, scanned.argument(i), false, sync && i >= scanned.good() - 2);
                if (tag.isEmpty()) {
                    return false;
                }
                relay.complete(tag.get());
            }
        }
        return true;
    }

    private void endImplicit(boolean ok) throws SessionEnd, IOException {
        Block b = session.block;
        if (b == null || b.explicit) {
            return;
        }
        if (!ok || b.failed) {
            blocks.rollback(false);
            return;
        }
        try {
            blocks.commit(new TransactionControl.Commit(false));
        } catch (StatementFailure f) {
            session.tell(f, out);
        }
    }
}

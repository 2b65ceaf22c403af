package io.understudy.session;

import io.understudy.log.TransactionToken;
import io.understudy.wire.ErrorFields;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Tells the node's log what clients are told that is no fault of theirs: a commit whose outcome is unknown, a transaction that was lost with its server, a place where nothing can be written now. At most {@value #LINES_MAX}
 * lines a second; all clients of a node may be told such a thing at once. Safe for use by many threads.
 */
final class ToldFailures {
    /** Of this process. */
    static final ToldFailures OF_NODE = new ToldFailures(System::nanoTime);

    static final int LINES_MAX = 50;

    private static final Logger LOG = LoggerFactory.getLogger(ToldFailures.class);
    private static final int STATEMENT_MAX = 300;

    /** Connections, transactions to be run again, resources, the operator, the system, the node itself. Not 57014: the client has cancelled it. */
    private static final List<String> CLASSES = List.of("08", "40", "53", "57P", "58", "XX");

    private static final String OUTCOME_UNKNOWN = "08007";

    private final LongSupplier nanos;
    private long second;
    private int lines;
    private int leftOut;

    ToldFailures(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Its client is told that. On the session's own thread. */
    void told(SessionState session, ErrorFields error) {
        String state = error.sqlState();
        if (CLASSES.stream().noneMatch(state::startsWith) || !mayWrite()) {
            return;
        }
        boolean unknown = state.equals(OUTCOME_UNKNOWN);
        ShapeCounts ran = session.ran;
        String statement = ran == null ? "" : ran.shape();
        if (statement.length() > STATEMENT_MAX) {
            statement = statement.substring(0, STATEMENT_MAX) + "…";
        }
        LoggingEventBuilder line = (unknown ? LOG.atWarn() : LOG.atInfo())
                .addKeyValue("sqlstate", state)
                .addKeyValue("user", session.user.name());
        if (!statement.isEmpty()) {
            line = line.addKeyValue("statement", statement);
        }
        TransactionToken token = unknown ? session.transaction : null;
        if (token != null) {
            line = line.addKeyValue("transaction", token.toString());
        }
        line.log(
                "client of {} was told {} {}{}{}",
                session.user.name(),
                state,
                error.message(),
                token == null ? "" : "; transaction " + token,
                statement.isEmpty() ? "" : "; statement: " + statement);
    }

    private synchronized boolean mayWrite() {
        long now = nanos.getAsLong() / 1_000_000_000;
        if (now != second) {
            if (leftOut > 0) {
                LOG.warn("{} more clients were told errors, which are left out here", leftOut);
            }
            second = now;
            lines = 0;
            leftOut = 0;
        }
        if (lines == LINES_MAX) {
            leftOut++;
            return false;
        }
        lines++;
        return true;
    }
}

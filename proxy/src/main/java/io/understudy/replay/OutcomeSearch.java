package io.understudy.replay;

import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.StatementLog;
import io.understudy.log.TransactionToken;
import io.understudy.log.TruncatedLogException;
import java.io.IOException;

/**
 * Looks in the log for the outcome of one transaction, from where its entry can stand on; goes on where it stopped. By the rules of {@link EntryJudge}, of which only few can apply: the entry can only be
 * in its own epoch, its first copy is the one that counts, and it is refused if it comes so late that nobody knows whether it has been there before. Not safe for use by several threads.
 */
public final class OutcomeSearch {

    /** What the log says. */
    public enum Outcome {
        /** Its entry is there, and counts. */
        COMMITTED,
        /** Its entry is not there and can never come any more. */
        NOT_COMMITTED,
        /** Its entry is not there yet. */
        OPEN
    }

    private final StatementLog log;
    private final TransactionToken token;
    private final long window;
    private Outcome outcome = Outcome.OPEN;
    private long searched;

    public OutcomeSearch(StatementLog log, TransactionToken token) {
        this(log, token, EntryJudge.WINDOW);
    }

    OutcomeSearch(StatementLog log, TransactionToken token, long window) {
        this.log = log;
        this.token = token;
        this.window = window;
        this.searched = token.after();
    }

    /** Up to here, inclusive, the log has been searched. */
    public long searched() {
        return searched;
    }

    /**
     * Searches on.
     *
     * @param to what is committed
     * @throws TruncatedLogException if the log does not reach back that far any more
     */
    public Outcome upTo(long to) throws IOException {
        while (outcome == Outcome.OPEN && searched < to) {
            outcome = at(searched + 1);
            searched++;
        }
        return outcome;
    }

    private Outcome at(long index) throws IOException {
        byte[] bytes = log.read(index);
        if (EntryCodec.isTransaction(bytes, token.id())) {
            boolean refused = isTooLate(index) || EntryJudge.isTooLong(index, EntryCodec.decodeWithoutChunks(bytes));
            return refused ? Outcome.NOT_COMMITTED : Outcome.COMMITTED;
        }
        boolean newer = EntryCodec.isMasterAssigned(bytes)
                && EntryCodec.decode(bytes) instanceof Entry.MasterAssigned m
                && m.epoch() > token.epoch();
        return newer ? Outcome.NOT_COMMITTED : Outcome.OPEN;
    }

    /** What is older than the token was committed before the transaction began, so it takes more than the window for one proposed later to have left it. */
    private boolean isTooLate(long index) throws IOException {
        long proposed = micros(index);
        for (long i = token.after() + 1; i <= index - window; i++) {
            if (micros(i) >= proposed) {
                return true;
            }
        }
        return false;
    }

    private long micros(long index) throws IOException {
        return EntryCodec.decodeWithoutChunks(log.read(index)) instanceof Entry.Transaction t
                        && t.epoch() == token.epoch()
                ? t.commitMicros()
                : Long.MIN_VALUE;
    }
}

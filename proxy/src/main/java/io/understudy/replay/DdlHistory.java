package io.understudy.replay;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.Form.Ddl;
import io.understudy.log.StatementLog;
import io.understudy.log.TruncatedLogException;
import io.understudy.replay.RemovedPrefix.SchemaChange;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;

/**
 * Makes the schema that the log describes in an emptied database: all DDL of the log in order, without the rows. Not safe for use by several threads.
 *
 * <h2>Failure</h2>
 * Each entry is a transaction of its own; after an exception the database is half made and has to be emptied again.
 */
public final class DdlHistory {
    private static final String DUPLICATE_OBJECT = "42710";
    private static final int TOLD_EVERY = 4096;

    private final StatementLog log;

    public DdlHistory(StatementLog log) {
        this.log = log;
    }

    /**
     * Replays the DDL of entries 1 to {@code to}, those that the log no longer has included.
     *
     * @param database connection of {@code understudy_apply}, prepared by {@link ApplySession}, outside of any transaction
     * @param progress told the index reached, now and then
     * @throws TruncatedLogException if the log begins after {@code to}
     * @throws IOException if it cannot be read, or a connection is lost
     * @throws ServerError if a statement fails here
     */
    public void replay(Queries database, long to, LongConsumer progress) throws IOException, ServerError {
        RemovedPrefix removed = RemovedPrefix.of(log.base());
        EntryJudge judge = removed.judge();
        if (to < judge.index()) {
            throw new TruncatedLogException(to, judge.index() + 1);
        }
        for (SchemaChange c : removed.changes()) {
            replay(database, c.index(), c.ddl());
        }
        for (long i = judge.index() + 1; i <= to; i++) {
            Entry entry = EntryCodec.decodeWithoutChunks(log.read(i));
            if (judge.judge(i, entry).valid() && entry instanceof Entry.Transaction t) {
                List<Ddl> ddl = LoggedDdl.of(t, log);
                if (!ddl.isEmpty()) {
                    replay(database, i, ddl);
                }
            }
            if (i % TOLD_EVERY == 0) {
                progress.accept(i);
            }
        }
    }

    /** Whether there is DDL in the entries after {@code from}, up to {@code to}. */
    public boolean between(long from, long to) throws IOException {
        if (from < log.base().index()
                && RemovedPrefix.of(log.base()).changes().stream().anyMatch(c -> c.index() > from && c.index() <= to)) {
            return true;
        }
        for (long i = Math.max(from + 1, log.firstIndex()); i <= to; i++) {
            if (EntryCodec.decodeWithoutChunks(log.read(i)) instanceof Entry.Transaction t
                    && !LoggedDdl.of(t, log).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /**
     * That a database which stands at {@code index} can be brought along the log.
     *
     * @throws TruncatedLogException if not
     */
    public void requireAfter(long index) throws TruncatedLogException {
        if (index < log.base().index()) {
            throw new TruncatedLogException(index + 1, log.firstIndex());
        }
    }

    private static void replay(Queries database, long index, List<Ddl> ddl) throws IOException, ServerError {
        OpenEntry open = new OpenEntry(index, new TableCatalog(), database);
        database.query("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
        try {
            for (Ddl d : ddl) {
                open.savepoint();
                try {
                    open.ddl(d);
                } catch (ServerError e) {
                    if (!e.sqlState().equals(DUPLICATE_OBJECT) || !makesRole(d)) {
                        throw e;
                    }
                    // it owns something in another database of this server, so it could not be dropped
                    open.rollbackToSavepoint();
                }
                open.releaseSavepoint();
            }
            database.query("COMMIT");
        } catch (ServerError e) {
            database.query("ROLLBACK");
            throw e;
        }
    }

    private static boolean makesRole(Ddl d) {
        return d.statement()
                .sql()
                .stripLeading()
                .toUpperCase(Locale.ROOT)
                .matches("(?s)CREATE\\s+(ROLE|USER|GROUP)\\b.*");
    }
}

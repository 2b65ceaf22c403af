package io.understudy.replay;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.Form;
import io.understudy.log.Form.Ddl;
import io.understudy.log.StatementLog;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

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
     * Replays the DDL of entries 1 to {@code to}.
     *
     * @param database connection of {@code understudy_apply}, prepared by {@link ApplySession}, outside of any transaction
     * @param progress told the index reached, now and then
     * @throws IOException if the log does not reach back to its first entry any more, or a connection is lost
     * @throws ServerError if a statement fails here
     */
    public void replay(Queries database, long to, LongConsumer progress) throws IOException, ServerError {
        if (log.firstIndex() > 1) {
            throw new IOException(
                    "the log begins at entry " + log.firstIndex()
                            + " and the schema's history before it is gone: this database has to be set up anew from a copy of another node's");
        }
        EntryJudge judge = new EntryJudge();
        for (long i = 1; i <= to; i++) {
            Entry entry = EntryCodec.decodeWithoutChunks(log.read(i));
            if (judge.judge(i, entry).valid() && entry instanceof Entry.Transaction t) {
                List<Ddl> ddl = ddl(t);
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
        for (long i = Math.max(from + 1, log.firstIndex()); i <= to; i++) {
            if (EntryCodec.decodeWithoutChunks(log.read(i)) instanceof Entry.Transaction t && !ddl(t).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private List<Ddl> ddl(Entry.Transaction t) throws IOException {
        return switch (t.form()) {
            case Form.Statements s -> List.of();
            case Form.Rows r -> only(r.parts().stream());
            case Form.Chunks c -> inChunks(c);
        };
    }

    private List<Ddl> inChunks(Form.Chunks chunks) throws IOException {
        Stream.Builder<Form.Part> parts = Stream.builder();
        for (long index : chunks.indexes()) {
            if (EntryCodec.decode(log.read(index)) instanceof Entry.Chunk chunk) {
                chunk.parts().stream().filter(Ddl.class::isInstance).forEach(parts);
            }
        }
        return only(parts.build());
    }

    private static List<Ddl> only(Stream<Form.Part> parts) {
        return parts.filter(Ddl.class::isInstance).map(Ddl.class::cast).toList();
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

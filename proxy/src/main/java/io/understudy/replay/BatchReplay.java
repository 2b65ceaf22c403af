package io.understudy.replay;

import io.understudy.backend.Pipeline;
import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.log.Entry;
import io.understudy.replay.ReplayOutcome.Applied;
import io.understudy.replay.ReplayOutcome.Blocked;
import io.understudy.replay.ReplayOutcome.Diverged;
import java.io.IOException;
import java.util.List;

/** One batch on its way into the database: as far as it goes in one transaction, then the entry that did not go alone, then on. */
final class BatchReplay {
    private static final String BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
    private static final int TRIES_MAX = 20;
    private static final long PAUSE_MILLIS_MAX = 500;

    private final Queries database;
    private final TableCatalog tables;
    private final Progress progress;
    private final MaintenanceRunner maintenance;
    private final LoggedChunks chunks;
    private final StatementAlarm alarm;

    BatchReplay(
            Queries database,
            TableCatalog tables,
            Progress progress,
            MaintenanceRunner maintenance,
            LoggedChunks chunks,
            StatementAlarm alarm) {
        this.database = database;
        this.tables = tables;
        this.progress = progress;
        this.maintenance = maintenance;
        this.chunks = chunks;
        this.alarm = alarm;
    }

    /** @throws IOException if the connection is lost; what was committed last is not known then */
    ReplayOutcome apply(List<IndexedEntry> batch) throws IOException {
        int done = 0;
        while (done < batch.size()) {
            int to = done;
            while (to < batch.size() && !BatchSteps.oneByOne(batch.get(to).entry())) {
                to++;
            }
            done += together(batch.subList(done, to));
            if (done < batch.size()) {
                ReplayOutcome outcome = alone(batch.get(done));
                if (!(outcome instanceof Applied)) {
                    return outcome;
                }
                done++;
            }
        }
        return new Applied(batch.getLast().index());
    }

    /** @return how many entries, from the first, are applied: less than all if the next one must be applied alone */
    private int together(List<IndexedEntry> entries) throws IOException {
        List<IndexedEntry> rest = entries;
        while (!rest.isEmpty()) {
            int bad = tryTogether(rest);
            if (bad == rest.size()) {
                return bad;
            }
            rest = rest.subList(0, bad);
        }
        return 0;
    }

    /** @return place of the first entry that failed, and nothing is applied; or the number of entries, and all are */
    private int tryTogether(List<IndexedEntry> entries) throws IOException {
        long last = entries.getLast().index();
        try {
            List<Step> steps = BatchSteps.of(entries, tables, database);
            if (!steps.isEmpty()) {
                long bad = execute(steps);
                if (bad != 0) {
                    rollback();
                    return place(bad, entries);
                }
            }
            commit(last, steps.isEmpty());
        } catch (ServerError e) {
            lostOrRollback(e);
            return 0;
        }
        entries.forEach(this::maintain);
        return entries.size();
    }

    /** @return index of the first entry that did not go as expected, 0 if all did */
    private long execute(List<Step> steps) throws IOException {
        Pipeline pipeline = database.pipeline().add(BEGIN);
        for (Step s : steps) {
            pipeline.add(s.sql(), s.parameters());
        }
        try {
            long[] affected = pipeline.run();
            for (int i = 0; i < steps.size(); i++) {
                if (!steps.get(i).asExpected(affected[i + 1])) {
                    return steps.get(i).index();
                }
            }
            return 0;
        } catch (ServerError e) {
            if (ServerFailure.of(e) == ServerFailure.LOST) {
                throw new IOException(e);
            }
            return steps.get(Math.max(0, e.statement() - 1)).index();
        }
    }

    private static int place(long index, List<IndexedEntry> entries) {
        return (int) (index - entries.getFirst().index());
    }

    private ReplayOutcome alone(IndexedEntry entry) throws IOException {
        ServerError last = null;
        for (int tries = 1; tries <= TRIES_MAX; tries++) {
            EntryAlone alone = new EntryAlone(entry, tables, database, chunks);
            try {
                database.pipeline().add(BEGIN).run();
                alone.run();
                commit(entry.index(), false);
                maintain(entry);
                alone.differed().forEach(d -> alarm.differed(entry.index(), d.sql(), d.how()));
                return new Applied(entry.index());
            } catch (Divergence d) {
                rollback();
                return d.at(entry.index());
            } catch (ServerError e) {
                lostOrRollback(e);
                if (ServerFailure.of(e) != ServerFailure.TRANSIENT) {
                    return new Diverged(entry.index(), alone.subject(), "success", String.valueOf(e.getMessage()));
                }
                last = e;
            }
            if (!pause(tries)) {
                break;
            }
        }
        return last == null
                ? new Blocked(entry.index(), "57014", "interrupted")
                : new Blocked(entry.index(), last.sqlState(), last.fields().message());
    }

    private static boolean pause(int tries) {
        try {
            Thread.sleep(Math.min(PAUSE_MILLIS_MAX, 5L << Math.min(tries, 10)));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** @param begin whether no transaction is open yet */
    private void commit(long index, boolean begin) throws IOException, ServerError {
        Pipeline pipeline = database.pipeline();
        if (begin) {
            pipeline.add(BEGIN);
        }
        pipeline.add(AppliedRows.INSERT, Long.toString(index)).add("COMMIT");
        progress.committing(index);
        pipeline.run();
        progress.committed(index);
    }

    private void lostOrRollback(ServerError e) throws IOException {
        if (ServerFailure.of(e) == ServerFailure.LOST) {
            throw new IOException(e);
        }
        rollback();
    }

    private void rollback() throws IOException {
        // what the catalog said inside the transaction may not be true any more
        tables.forget();
        try {
            database.pipeline().add("ROLLBACK").run();
        } catch (ServerError e) {
            throw new IOException(e);
        }
    }

    private void maintain(IndexedEntry entry) {
        if (entry.entry() instanceof Entry.Maintenance m) {
            maintenance.offer(m);
        }
    }

    /** Sends steps in one go. */
    static long[] send(List<Step> steps, Queries database) throws IOException, ServerError {
        if (steps.isEmpty()) {
            return new long[0];
        }
        Pipeline pipeline = database.pipeline();
        for (Step s : steps) {
            pipeline.add(s.sql(), s.parameters());
        }
        return pipeline.run();
    }
}

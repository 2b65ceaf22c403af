package io.understudy.replay;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.log.Entry;
import io.understudy.log.Form;
import io.understudy.log.Form.Ddl;
import io.understudy.log.Form.TableChanges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry in a transaction of its own, part by part: for entries with DDL in them and for those that failed in a batch. Slower, but it knows what
 * went wrong, and takes the longer way where single changes collide.
 */
final class EntryAlone {
    private static final String FEATURE_NOT_SUPPORTED = "0A000";

    private final IndexedEntry entry;
    private final TableCatalog tables;
    private final Queries database;
    private final SessionSettings settings = new SessionSettings();
    private String subject = "entry";

    EntryAlone(IndexedEntry entry, TableCatalog tables, Queries database) {
        this.entry = entry;
        this.tables = tables;
        this.database = database;
    }

    /** Runs inside an open transaction, which is to be rolled back if this throws. */
    void run() throws IOException, ServerError, Divergence {
        if (entry.entry() instanceof Entry.Transaction t && t.form() instanceof Form.Rows rows) {
            List<TableChanges> changes = new ArrayList<>();
            for (Form.Part part : rows.parts()) {
                switch (part) {
                    case TableChanges c -> changes.add(c);
                    case Ddl d -> {
                        tables(changes);
                        changes.clear();
                        ddl(d);
                    }
                }
            }
            tables(changes);
            SequenceSteps sequences = new SequenceSteps();
            sequences.moved(t.sequences());
            List<Step> steps = new ArrayList<>();
            sequences.flush(entry.index(), steps);
            all(steps);
        } else {
            all(BatchSteps.of(List.of(entry), tables, database));
        }
    }

    /** What the last error was about. */
    String subject() {
        return subject;
    }

    private void ddl(Ddl ddl) throws IOException, ServerError {
        List<Step> steps = new ArrayList<>();
        settings.enter(entry.index(), ddl.context(), steps);
        steps.add(new Step(
                entry.index(),
                ddl.statement().sql(),
                ddl.statement().sql(),
                ddl.statement().parameters(),
                Step.ANY));
        settings.leave(entry.index(), steps);
        send(steps);
        tables.forget();
    }

    private void tables(List<TableChanges> changes) throws IOException, ServerError, Divergence {
        truncate(changes);
        for (TableChanges c : changes) {
            TableSql sql = tables.load(c.table(), database);
            savepoint();
            try {
                all(TableSteps.of(entry.index(), sql, c, false));
            } catch (ServerError e) {
                if (ServerFailure.of(e) != ServerFailure.COLLISION) {
                    throw e;
                }
                rollbackToSavepoint();
                all(TableSteps.of(entry.index(), sql, c, true));
            } catch (Divergence e) {
                rollbackToSavepoint();
                all(TableSteps.of(entry.index(), sql, c, true));
            }
            run("RELEASE SAVEPOINT understudy");
        }
    }

    /** TRUNCATE is refused where another table refers to this one; emptying it row by row is the same to everyone. */
    private void truncate(List<TableChanges> changes) throws IOException, ServerError {
        List<Step> steps = new ArrayList<>();
        BatchSteps.truncate(entry.index(), changes, steps);
        if (steps.isEmpty()) {
            return;
        }
        savepoint();
        try {
            send(steps);
        } catch (ServerError e) {
            if (!e.sqlState().equals(FEATURE_NOT_SUPPORTED)) {
                throw e;
            }
            rollbackToSavepoint();
            for (TableChanges c : changes) {
                if (c.truncate()) {
                    run(tables.load(c.table(), database).deleteAll);
                }
            }
        }
        run("RELEASE SAVEPOINT understudy");
    }

    private void savepoint() throws IOException, ServerError {
        run("SAVEPOINT understudy");
    }

    private void rollbackToSavepoint() throws IOException, ServerError {
        run("ROLLBACK TO SAVEPOINT understudy");
    }

    private void run(String sql) throws IOException, ServerError {
        database.pipeline().add(sql).run();
    }

    private long[] send(List<Step> steps) throws IOException, ServerError {
        try {
            return BatchReplay.send(steps, database);
        } catch (ServerError e) {
            subject = steps.get(Math.min(e.statement(), steps.size() - 1)).subject();
            throw e;
        }
    }

    private void all(List<Step> steps) throws IOException, ServerError, Divergence {
        long[] affected = send(steps);
        for (int i = 0; i < steps.size(); i++) {
            if (!steps.get(i).asExpected(affected[i])) {
                throw Divergence.rows(steps.get(i), affected[i]);
            }
        }
    }
}

package io.understudy.replay;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.log.Entry;
import io.understudy.log.Form;
import io.understudy.log.Form.TableChanges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The one switch from entries to SQL: everything that is to happen in one local transaction, in order, before the applied index is written. */
final class BatchSteps {
    private static final String UNDO_OUTSIDE =
            "SELECT understudy.outside_undo(NULL) WHERE EXISTS (SELECT FROM understudy.outside)";

    private final TableCatalog tables;
    private final Queries database;
    private final SessionSettings settings = SessionSettings.forStatements();
    private final SequenceSteps sequences = new SequenceSteps();
    private final List<Step> steps = new ArrayList<>();

    private BatchSteps(TableCatalog tables, Queries database) {
        this.tables = tables;
        this.database = database;
    }

    /** @param batch entries for which {@link #oneByOne} is false */
    static List<Step> of(List<IndexedEntry> batch, TableCatalog tables, Queries database)
            throws IOException, ServerError {
        BatchSteps b = new BatchSteps(tables, database);
        for (IndexedEntry e : batch) {
            b.add(e);
        }
        long last = batch.getLast().index();
        b.settings.leave(last, b.steps);
        b.sequences.flush(last, b.steps);
        return b.steps;
    }

    /** Whether an entry must be applied part by part: it is too large, or what its later parts need to know only exists once its DDL has run. */
    static boolean oneByOne(Entry entry) {
        return entry instanceof Entry.Transaction t
                && switch (t.form()) {
                    case Form.Statements s -> false;
                    case Form.Rows r -> r.parts().stream().anyMatch(Form.Ddl.class::isInstance);
                    case Form.Chunks c -> true;
                };
    }

    private void add(IndexedEntry e) throws IOException, ServerError {
        switch (e.entry()) {
            case Entry.Transaction t -> {
                switch (t.form()) {
                    case Form.Statements s -> {
                        settings.enter(e.index(), t.context(), steps);
                        steps.addAll(StatementSteps.all(e.index(), t, s));
                    }
                    case Form.Rows r -> rows(e.index(), r);
                    case Form.Chunks c -> throw new IllegalArgumentException("entry " + e.index() + " in a batch");
                }
                sequences.moved(t.sequences());
            }
            case Entry.SequencesReserved r -> {
                settings.leave(e.index(), steps);
                sequences.reserved(e.index(), r, e.executedHere(), steps);
            }
            // take a place in the log, change nothing in the database
            case Entry.Noop n -> {}
            case Entry.MembersChanged m -> {}
            // whatever the last master's database ran outside of transactions has its entry before this one, or never
            case Entry.MasterAssigned m -> {
                settings.leave(e.index(), steps);
                steps.add(new Step(e.index(), "statements outside of transactions", UNDO_OUTSIDE, List.of(), Step.ANY));
            }
            case Entry.Maintenance m -> {}
            case Entry.VerificationPoint v -> {}
            // applied with the entry of its transaction
            case Entry.Chunk c -> {}
        }
    }

    private void rows(long index, Form.Rows rows) throws IOException, ServerError {
        settings.leave(index, steps);
        List<TableChanges> changes = new ArrayList<>();
        rows.parts().forEach(p -> changes.add((TableChanges) p));
        truncate(index, changes, tables, database, steps);
        for (TableChanges c : changes) {
            steps.addAll(TableSteps.of(index, tables.load(c.table(), database), c, false));
        }
    }

    /** All in one statement: a table that another one refers to can be emptied only together with it. */
    static void truncate(long index, List<TableChanges> changes, TableCatalog tables, Queries database, List<Step> to)
            throws IOException, ServerError {
        List<TableSql> emptied = new ArrayList<>();
        for (TableChanges c : changes) {
            if (c.truncate()) {
                emptied.add(tables.load(c.table(), database));
            }
        }
        if (emptied.isEmpty()) {
            return;
        }
        emptied.forEach(t -> TableSteps.pause(index, t, to));
        String names = emptied.stream().map(t -> "ONLY " + t.table()).collect(Collectors.joining(", "));
        to.add(new Step(index, names, "TRUNCATE " + names, List.of(), Step.ANY));
        emptied.forEach(t -> TableSteps.resume(index, t, to));
    }
}

package io.understudy.replay;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.log.Entry;
import io.understudy.log.Form;
import io.understudy.log.Form.Ddl;
import io.understudy.log.Form.TableChanges;
import io.understudy.log.SequencePosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One entry in a transaction of its own, part by part: for large ones, for entries with DDL in them and for those that failed in a batch. Slower, but it knows what
 * went wrong, and takes the longer way where single changes collide.
 */
final class EntryAlone {
    private final IndexedEntry entry;
    private final TableCatalog tables;
    private final Queries database;
    private final LoggedChunks chunks;
    private final OpenEntry open;
    private final List<Differed> differed = new ArrayList<>();

    EntryAlone(IndexedEntry entry, TableCatalog tables, Queries database, LoggedChunks chunks) {
        this.entry = entry;
        this.tables = tables;
        this.database = database;
        this.chunks = chunks;
        this.open = new OpenEntry(entry.index(), tables, database);
    }

    /** Runs inside an open transaction, which is to be rolled back if this throws. */
    void run() throws IOException, ServerError, Divergence {
        if (entry.entry() instanceof Entry.Transaction t) {
            switch (t.form()) {
                case Form.Rows rows -> {
                    if (!open.ranHere(t.id(), rows.parts())) {
                        parts(rows.parts());
                    }
                }
                case Form.Chunks c -> new ChunkReplay(entry.index(), t, c.indexes(), chunks, open).run();
                case Form.Statements s -> statements(t, s);
            }
            sequences(t.sequences());
        } else {
            open.all(BatchSteps.of(List.of(entry), tables, database));
        }
    }

    private void statements(Entry.Transaction t, Form.Statements form) throws IOException, ServerError, Divergence {
        StatementSteps steps = new StatementSteps(entry.index(), t, form);
        for (int i = 0; i < t.statements().size(); i++) {
            if (form.checked()) {
                checked(t, form, i, steps.of(i));
            } else {
                open.asIn(t.context(), List.of(steps.of(i)));
            }
        }
    }

    /** What was captured decides. A database that does not have the row it was made on has diverged, and nothing is wrong with the statement. */
    private void checked(Entry.Transaction t, Form.Statements form, int number, Step step)
            throws IOException, ServerError, Divergence {
        open.savepoint();
        Optional<String> difference = difference(t, step);
        if (difference.isPresent()) {
            open.rollbackToSavepoint();
            tables(List.of(form.reruns().get(number).captured().orElseThrow()));
            differed.add(new Differed(t.statements().get(number).sql(), difference.get()));
        }
        open.releaseSavepoint();
    }

    /** What came of the statement if it was not what should have; the transaction may have failed then. */
    private Optional<String> difference(Entry.Transaction t, Step step) throws IOException, ServerError {
        try {
            open.asIn(t.context(), List.of(step));
            return Optional.empty();
        } catch (ServerError e) {
            return switch (ServerFailure.of(e)) {
                case LOST, TRANSIENT -> throw e;
                case COLLISION, MISFIT -> Optional.of(String.valueOf(e.getMessage()));
            };
        } catch (Divergence d) {
            return Optional.of(String.valueOf(d.getMessage()));
        }
    }

    /** A statement that did not do what it had done on the master. */
    record Differed(String sql, String how) {}

    /** To be told once the entry is committed. */
    List<Differed> differed() {
        return differed;
    }

    /** What the last error was about. */
    String subject() {
        return open.subject();
    }

    private void parts(List<Form.Part> parts) throws IOException, ServerError, Divergence {
        List<TableChanges> changes = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            switch (parts.get(i)) {
                case TableChanges c -> changes.add(c);
                case Ddl d -> {
                    tables(changes);
                    open.ddl(d, changes, upToDdl(parts.subList(i + 1, parts.size())));
                    changes.clear();
                }
                case Form.LongRow r -> throw onlyInChunks(r);
                case Form.Piece p -> throw onlyInChunks(p);
            }
        }
        tables(changes);
    }

    /** The changes of rows before the next DDL. */
    static List<TableChanges> upToDdl(List<Form.Part> parts) {
        return parts.stream()
                .takeWhile(TableChanges.class::isInstance)
                .map(TableChanges.class::cast)
                .toList();
    }

    private static IllegalStateException onlyInChunks(Form.Part part) {
        return new IllegalStateException(part.getClass().getSimpleName() + " outside of chunks");
    }

    private void tables(List<TableChanges> changes) throws IOException, ServerError, Divergence {
        open.truncate(changes);
        for (TableChanges c : changes) {
            TableSql sql = open.sql(c);
            open.savepoint();
            try {
                open.all(TableSteps.of(entry.index(), sql, c, false));
            } catch (ServerError e) {
                if (ServerFailure.of(e) != ServerFailure.COLLISION) {
                    throw e;
                }
                open.rollbackToSavepoint();
                open.all(TableSteps.of(entry.index(), sql, c, true));
            } catch (Divergence e) {
                open.rollbackToSavepoint();
                open.all(TableSteps.of(entry.index(), sql, c, true));
            }
            open.releaseSavepoint();
        }
    }

    private void sequences(List<SequencePosition> moved) throws IOException, ServerError, Divergence {
        SequenceSteps sequences = new SequenceSteps();
        sequences.moved(moved);
        List<Step> steps = new ArrayList<>();
        sequences.flush(entry.index(), steps);
        open.all(steps);
    }
}

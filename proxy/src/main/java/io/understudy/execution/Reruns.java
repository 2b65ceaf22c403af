package io.understudy.execution;

import io.understudy.capture.CapturedRow;
import io.understudy.capture.Moment;
import io.understudy.capture.Sealed;
import io.understudy.capture.Shapes;
import io.understudy.classification.StatementForm.Change;
import io.understudy.log.Form;
import io.understudy.log.Form.TableChanges;
import io.understudy.log.RowChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Holds the statements of a transaction against what was captured of it. The statement form is right only where each did to one row of its table what it says, and nothing else
 * happened.
 */
final class Reruns {
    private Reruns() {}

    /** Whether what was captured is what the statements say, one row each. */
    static boolean agree(List<Repeatable> statements, Sealed sealed) {
        List<CapturedRow> rows = sealed.rows();
        if (!sealed.ddl().isEmpty()
                || sealed.large().isPresent()
                || rows.size() != statements.size()
                || !sealed.moment().map(Moment::plain).orElse(false)) {
            return false;
        }
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).rel() != statements.get(i).table()
                    || change(rows.get(i))
                            .filter(statements.get(i).change()::equals)
                            .isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static Optional<Change> change(CapturedRow row) {
        return switch (row) {
            case CapturedRow.Inserted i -> Optional.of(Change.INSERT);
            case CapturedRow.Updated u -> Optional.of(Change.UPDATE);
            case CapturedRow.Deleted d -> Optional.of(Change.DELETE);
            case CapturedRow.Truncated t -> Optional.empty();
        };
    }

    /** The statement form, of statements that {@link #agree}. */
    static Form.Statements form(List<Repeatable> statements, Sealed sealed) {
        return form(statements, sealed, (rel, at) -> Optional.empty());
    }

    /**
     * The same, with what was captured.
     *
     * @param shapes of the tables; what is captured of a table it does not know is left out
     */
    static Form.Statements form(List<Repeatable> statements, Sealed sealed, Shapes shapes) {
        List<Form.Rerun> reruns = new ArrayList<>(statements.size());
        for (int i = 0; i < statements.size(); i++) {
            Repeatable r = statements.get(i);
            reruns.add(
                    new Form.Rerun(r.times(), r.length(), captured(sealed.rows().get(i), shapes)));
        }
        return new Form.Statements(
                reruns, sealed.moment().map(Moment::localMicros).orElse(0L));
    }

    private static Optional<TableChanges> captured(CapturedRow row, Shapes shapes) {
        return shapes.shape(row.rel(), row.at())
                .flatMap(shape -> net(row).map(change -> new TableChanges(shape, false, List.of(change))));
    }

    private static Optional<RowChange> net(CapturedRow row) {
        return switch (row) {
            case CapturedRow.Inserted i -> Optional.of(new RowChange.Insert(i.row()));
            case CapturedRow.Updated u -> Optional.of(new RowChange.Update(u.before(), u.after()));
            case CapturedRow.Deleted d -> Optional.of(new RowChange.Delete(d.row()));
            case CapturedRow.Truncated t -> Optional.empty();
        };
    }
}

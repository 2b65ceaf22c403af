package io.understudy.replay;

import io.understudy.log.Form.TableChanges;
import io.understudy.log.LoggedStatement.Parameter;
import io.understudy.log.RowChange;
import java.util.ArrayList;
import java.util.List;

/** Net changes of one table as statements: deletes, then updates, then inserts; or, where an order of single changes may collide, deletes and inserts only. */
final class TableSteps {
    /** Images in one statement. */
    private static final int ROWS_MAX = 1000;

    /** Images in one statement that reads the whole table to find them. */
    private static final int ROWS_BY_IMAGE_MAX = 50_000;

    private static final int CHARS_MAX = 8 << 20;

    private final long index;
    private final TableSql sql;
    private final List<Step> steps = new ArrayList<>();

    private TableSteps(long index, TableSql sql) {
        this.index = index;
        this.sql = sql;
    }

    /** @param replace put a deletion and an insertion in the place of each update */
    static List<Step> of(long index, TableSql sql, TableChanges changes, boolean replace) {
        TableSteps s = new TableSteps(index, sql);
        pause(index, sql, s.steps);
        s.add(changes.changes(), replace || !sql.updatable());
        resume(index, sql, s.steps);
        return s.steps;
    }

    /** Deletes every row. */
    static List<Step> emptying(long index, TableSql sql) {
        List<Step> steps = new ArrayList<>();
        pause(index, sql, steps);
        steps.add(new Step(index, sql.subject(), sql.deleteAll, List.of(), Step.ANY));
        resume(index, sql, steps);
        return steps;
    }

    /** Before rows of that table are changed. */
    static void pause(long index, TableSql sql, List<Step> to) {
        if (!sql.pause.isEmpty()) {
            to.add(new Step(index, sql.subject(), sql.pause, List.of(), Step.ANY));
        }
    }

    /** After rows of that table were changed. */
    static void resume(long index, TableSql sql, List<Step> to) {
        if (!sql.resume.isEmpty()) {
            to.add(new Step(index, sql.subject(), sql.resume, List.of(), Step.ANY));
        }
    }

    private void add(List<RowChange> changes, boolean replace) {
        List<String> deletes = new ArrayList<>();
        List<String> befores = new ArrayList<>();
        List<String> afters = new ArrayList<>();
        List<String> inserts = new ArrayList<>();
        for (RowChange change : changes) {
            switch (change) {
                case RowChange.Delete d -> deletes.add(d.row());
                case RowChange.Insert i -> inserts.add(i.row());
                case RowChange.Update u -> {
                    (replace ? deletes : befores).add(u.before());
                    (replace ? inserts : afters).add(u.after());
                }
            }
        }
        if (!sql.keyed() && !deletes.isEmpty()) {
            // the one statement that reads a whole table and compares many with many
            steps.add(wholeTables("on"));
            each(deletes, List.of(), "", sql.deleteMany);
            steps.add(wholeTables("off"));
        } else {
            each(deletes, List.of(), sql.deleteOne, sql.deleteMany);
        }
        each(befores, afters, sql.updateOne, sql.updateMany);
        each(inserts, List.of(), sql.insertOne, sql.insertMany);
    }

    /** @param one the statement for a single image, empty if it takes an array too */
    private void each(List<String> images, List<String> others, String one, String many) {
        int rowsMax = one.isEmpty() ? ROWS_BY_IMAGE_MAX : ROWS_MAX;
        for (int from = 0; from < images.size(); ) {
            int to = from;
            for (int chars = 0; to < images.size() && to - from < rowsMax && (to == from || chars < CHARS_MAX); to++) {
                chars += images.get(to).length();
            }
            boolean single = to - from == 1 && !one.isEmpty();
            List<Parameter> parameters = new ArrayList<>(2);
            parameters.add(parameter(images.subList(from, to), single));
            if (!others.isEmpty()) {
                parameters.add(parameter(others.subList(from, to), single));
            }
            steps.add(new Step(index, sql.subject(), single ? one : many, parameters, to - from));
            from = to;
        }
    }

    private Step wholeTables(String onOrOff) {
        return new Step(
                index,
                sql.subject(),
                "SELECT pg_catalog.set_config('enable_seqscan', $1, true), pg_catalog.set_config('enable_hashjoin', $1, true)",
                Sql.texts(onOrOff),
                Step.ANY);
    }

    private static Parameter parameter(List<String> images, boolean single) {
        return Sql.text(single ? images.getFirst() : Sql.array(images));
    }
}

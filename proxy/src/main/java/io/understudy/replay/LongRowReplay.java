package io.understudy.replay;

import io.understudy.backend.LongText;
import io.understudy.backend.ServerError;
import io.understudy.log.Form;
import io.understudy.log.Form.TableChanges;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A change of one row whose images are streamed from the log to the server. */
final class LongRowReplay {
    /** PostgreSQL takes no longer message than 1 GB; a little is for what else is in it. */
    private static final long TOGETHER_BYTES_MAX = 1_000_000_000;

    private final long index;
    private final Form.LongRow row;
    private final LoggedChunks.Pieces pieces;
    private final OpenEntry open;

    LongRowReplay(long index, Form.LongRow row, LoggedChunks.Pieces pieces, OpenEntry open) {
        this.index = index;
        this.row = row;
        this.pieces = pieces;
        this.open = open;
    }

    void change() throws IOException, ServerError, Divergence {
        TableSql sql = sql();
        boolean update = row.beforeBytes() >= 0 && row.afterBytes() >= 0;
        if (update && sql.updatable() && row.bytes() <= TOGETHER_BYTES_MAX) {
            run(sql, sql.updateOne, List.of(before(), after()));
        } else {
            delete();
            insert();
        }
    }

    void delete() throws IOException, ServerError, Divergence {
        if (row.beforeBytes() >= 0) {
            TableSql sql = sql();
            run(sql, sql.keyed() ? sql.deleteOne : sql.deleteOneByImage(), List.of(before()));
        }
    }

    void insert() throws IOException, ServerError, Divergence {
        if (row.afterBytes() >= 0) {
            TableSql sql = sql();
            run(sql, sql.insertOne, List.of(after()));
        }
    }

    private TableSql sql() throws IOException, ServerError {
        return open.sql(new TableChanges(row.table(), false, List.of()));
    }

    private LongText before() {
        return pieces.text(0, row.beforeBytes());
    }

    private LongText after() {
        return pieces.text(Math.max(0, row.beforeBytes()), row.afterBytes());
    }

    private void run(TableSql sql, String statement, List<LongText> images)
            throws IOException, ServerError, Divergence {
        List<Step> around = new ArrayList<>();
        TableSteps.pause(index, sql, around);
        open.all(around);
        open.stream(new Step(index, sql.subject(), statement, List.of(), 1), images);
        around.clear();
        TableSteps.resume(index, sql, around);
        open.all(around);
    }
}

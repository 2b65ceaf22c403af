package io.understudy.replay;

import io.understudy.backend.ServerError;
import io.understudy.log.Entry;
import io.understudy.log.Form;
import io.understudy.log.Form.Ddl;
import io.understudy.log.Form.TableChanges;
import io.understudy.log.RowChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chunks of one large transaction, one in memory at a time; of a row that is longer than a chunk, one piece. From one DDL statement to the next they are applied as they come; where single changes collide that way
 * (unique values that change places between chunks), once more from there: first everything that is gone, in all of them, then everything that has come.
 */
final class ChunkReplay {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkReplay.class);

    private final long index;
    private final Entry.Transaction transaction;
    private final List<Long> indexes;
    private final LoggedChunks chunks;
    private final OpenEntry open;

    /** What of the changes is applied. */
    private enum Pass {
        ALL,
        GONE,
        COME;

        TableChanges of(TableChanges all) {
            List<RowChange> some = new ArrayList<>();
            for (RowChange c : all.changes()) {
                switch (c) {
                    case RowChange.Delete d when this == GONE -> some.add(d);
                    case RowChange.Update u when this == GONE -> some.add(new RowChange.Delete(u.before()));
                    case RowChange.Insert i when this == COME -> some.add(i);
                    case RowChange.Update u when this == COME -> some.add(new RowChange.Insert(u.after()));
                    default -> {}
                }
            }
            return this == ALL ? all : new TableChanges(all.table(), all.truncate() && this == GONE, some);
        }
    }

    ChunkReplay(long index, Entry.Transaction transaction, List<Long> indexes, LoggedChunks chunks, OpenEntry open) {
        this.index = index;
        this.transaction = transaction;
        this.indexes = indexes;
        this.chunks = chunks;
        this.open = open;
    }

    /** Runs inside an open transaction, which is to be rolled back if this throws. */
    void run() throws IOException, ServerError, Divergence {
        int at = 0;
        while (at < indexes.size()) {
            if (ddl(at, parts(at))) {
                at++;
            } else {
                at = stretch(at);
            }
        }
    }

    /** Runs a chunk if it is of DDL. */
    private boolean ddl(int at, List<Form.Part> parts) throws IOException, ServerError {
        if (!isDdl(parts)) {
            return false;
        }
        for (int i = 0; i < parts.size(); i++) {
            boolean rowsFollow = i == parts.size() - 1 && at + 1 < indexes.size();
            open.ddl(
                    (Ddl) parts.get(i),
                    i == 0 && at > 0 ? EntryAlone.upToDdl(parts(at - 1)) : List.of(),
                    rowsFollow ? EntryAlone.upToDdl(parts(at + 1)) : List.of());
        }
        return true;
    }

    /** @return the first chunk of DDL, or the number of chunks */
    private int stretch(int from) throws IOException, ServerError, Divergence {
        open.savepoint();
        int to;
        try {
            to = pass(from, Pass.ALL);
        } catch (ServerError e) {
            if (ServerFailure.of(e) != ServerFailure.COLLISION) {
                throw e;
            }
            to = twice(from, e);
        } catch (Divergence e) {
            to = twice(from, e);
        }
        open.releaseSavepoint();
        return to;
    }

    private int twice(int from, Exception cause) throws IOException, ServerError, Divergence {
        LOG.atInfo()
                .addKeyValue("index", index)
                .log("entry {} is applied in two passes: {}", index, cause.getMessage());
        open.rollbackToSavepoint();
        pass(from, Pass.GONE);
        return pass(from, Pass.COME);
    }

    private int pass(int from, Pass pass) throws IOException, ServerError, Divergence {
        for (int at = from; at < indexes.size(); at++) {
            List<Form.Part> parts = parts(at);
            if (isDdl(parts)) {
                return at;
            }
            switch (parts.getFirst()) {
                case Form.LongRow row -> longRow(row, at + 1, pass);
                case Form.Piece p -> {
                    // the row that it belongs to has read it
                }
                default -> {
                    open.all(steps(parts, pass));
                }
            }
        }
        return indexes.size();
    }

    private void longRow(Form.LongRow row, int firstPiece, Pass pass) throws IOException, ServerError, Divergence {
        LoggedChunks.Pieces pieces = chunks.pieces(transaction, firstPiece, indexes);
        LongRowReplay replay = new LongRowReplay(index, row, pieces, open);
        switch (pass) {
            case ALL -> replay.change();
            case GONE -> replay.delete();
            case COME -> replay.insert();
        }
    }

    private List<Step> steps(List<Form.Part> parts, Pass pass) throws IOException, ServerError {
        List<TableChanges> changes = new ArrayList<>();
        parts.forEach(p -> changes.add(pass.of((TableChanges) p)));
        open.truncate(changes);
        List<Step> steps = new ArrayList<>();
        for (TableChanges c : changes) {
            steps.addAll(TableSteps.of(index, open.sql(c), c, false));
        }
        return steps;
    }

    private List<Form.Part> parts(int number) {
        return chunks.parts(transaction, number, indexes.get(number));
    }

    private static boolean isDdl(List<Form.Part> parts) {
        return !parts.isEmpty() && parts.getFirst() instanceof Ddl;
    }
}

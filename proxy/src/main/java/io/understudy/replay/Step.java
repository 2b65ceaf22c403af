package io.understudy.replay;

import io.understudy.log.LoggedStatement.Parameter;
import java.util.List;

/**
 * A statement of a batch and what must come of it.
 *
 * @param index of the entry it belongs to
 * @param subject what to name if it fails: a table, or what the statement is for
 * @param rows rows it must affect; {@link #ANY} if that says nothing
 */
record Step(long index, String subject, String sql, List<Parameter> parameters, long rows) {
    static final long ANY = -1;

    boolean asExpected(long affected) {
        return rows == ANY || rows == affected;
    }
}

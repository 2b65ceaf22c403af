package io.understudy.execution;

import io.understudy.capture.SeenDdl;
import io.understudy.log.LoggedStatement;
import io.understudy.log.SessionContext;
import java.util.List;
import java.util.Optional;

/**
 * A DDL statement of a transaction, with the session as it was when it ran.
 *
 * @param instead what replicas run in its place, "" for nothing; empty for the statement itself
 * @param note for statements that fire no event trigger: under which tag their place was noted; empty for others
 * @param sequel statements that replicas run after it, to come to what came of it here
 */
record RanDdl(
        LoggedStatement statement, Optional<String> instead, SessionContext context, String note, List<String> sequel) {

    RanDdl {
        sequel = List.copyOf(sequel);
    }

    RanDdl withSequel(List<String> statements) {
        return new RanDdl(statement, instead, context, note, statements);
    }

    RanDdl with(String forReplicas) {
        return new RanDdl(statement, Optional.of(forReplicas), context, note, sequel);
    }

    /** What replicas run of it: one statement, or none. */
    Optional<LoggedStatement> replayed() {
        return instead.isEmpty()
                ? Optional.of(statement)
                : instead.filter(sql -> !sql.isEmpty()).map(sql -> new LoggedStatement(sql, List.of(), -1));
    }

    boolean changesRoles() {
        return note.endsWith(" ROLE");
    }

    /** Whether the guard's row is about this statement. */
    boolean isThat(SeenDdl seen) {
        return note.isEmpty()
                ? seen.query().equals(statement.sql())
                : seen.tag().equals(note);
    }
}

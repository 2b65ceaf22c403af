package io.understudy.execution;

import io.understudy.capture.SeenDdl;
import io.understudy.log.LoggedStatement;
import io.understudy.log.SessionContext;
import java.util.List;
import java.util.Optional;

/**
 * A DDL statement of a transaction, with the session as it was when it ran.
 *
 * @param logged what replicas run of it, mostly the same; empty if nothing
 * @param note for statements that fire no event trigger: under which tag their place was noted; empty for others
 * @param sequel statements that replicas run after it, to come to what came of it here
 */
record RanDdl(
        LoggedStatement statement,
        Optional<LoggedStatement> logged,
        SessionContext context,
        String note,
        List<String> sequel) {

    RanDdl {
        sequel = List.copyOf(sequel);
    }

    RanDdl withSequel(List<String> statements) {
        return new RanDdl(statement, logged, context, note, statements);
    }

    /** @param sql "" for nothing */
    RanDdl loggedAs(String sql) {
        Optional<LoggedStatement> instead = sql.isEmpty()
                ? Optional.empty()
                : Optional.of(sql.equals(statement.sql()) ? statement : new LoggedStatement(sql, List.of(), -1));
        return new RanDdl(statement, instead, context, note, sequel);
    }

    /** Whether all that it does is to roles and other objects of the whole server. */
    boolean changesSharedObjects() {
        return !note.isEmpty() && !note.endsWith(":REASSIGN OWNED") && !note.endsWith(":SECURITY LABEL");
    }

    /** Whether the guard's row is about this statement. */
    boolean isThat(SeenDdl seen) {
        return note.isEmpty() ? isThat(seen.query()) : seen.tag().equals(note);
    }

    /** It is sent with its semicolon and what stands before that. */
    private boolean isThat(String sent) {
        if (!sent.startsWith(statement.sql())) {
            return false;
        }
        String end = sent.substring(statement.sql().length()).strip();
        return end.isEmpty() || end.startsWith(";") || end.startsWith("--") || end.startsWith("/*");
    }
}

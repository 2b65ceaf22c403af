package io.understudy.execution;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.capture.RoleLine;
import io.understudy.capture.Seal;
import io.understudy.capture.Sealed;
import io.understudy.capture.Unnoticed;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.SessionContext;
import io.understudy.wire.ErrorFields;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Roles that a transaction made, changed or dropped inside functions and DO blocks, and what it changed of the database as a whole: settings, rights, comments. No event trigger fires for them, so they are found by comparing what the transaction sees with what everybody else does.
 * What its own statements did to roles is in it, too, and is not logged a second time.
 *
 * @param before what replicas run before everything else in the entry
 * @param after what they run at its end: what takes something away
 */
record NestedRoles(List<Form.Ddl> before, List<Form.Ddl> after) {
    static final NestedRoles NONE = new NestedRoles(List.of(), List.of());

    private static final SessionContext NODE = new SessionContext("none", Map.of("standard_conforming_strings", "on"));
    private static final String ISOLATION = "SELECT pg_catalog.current_setting('transaction_isolation')";

    boolean isEmpty() {
        return before.isEmpty() && after.isEmpty();
    }

    /**
     * Compares. To be called when the transaction is sealed.
     *
     * @throws CommitFailure 0A000 if it cannot be told apart from what others did
     */
    static NestedRoles read(WriteTransaction t, Queries connection, Seal seal, Sealed sealed, NodeDatabase database)
            throws IOException, ServerError, CommitFailure {
        if (!t.hasCalledCode()) {
            return NONE;
        }
        Unnoticed unnoticed = Unnoticed.read(connection);
        requireNothingMade(unnoticed, sealed);
        if (!unnoticed.shared()) {
            return NONE;
        }
        if (!"read committed".equals(connection.query(ISOLATION).getFirst()[0])) {
            throw new CommitFailure(ErrorFields.error(
                    "0A000",
                    "a REPEATABLE READ transaction that calls functions cannot change roles, or the database's settings and rights",
                    "Do that in a READ COMMITTED transaction."));
        }
        connection.query(MasterTransactions.ALONE);
        try {
            return difference(database.roles(), seal.roles(connection));
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private static void requireNothingMade(Unnoticed unnoticed, Sealed sealed) throws CommitFailure {
        Optional<String> made =
                unnoticed.table().or(() -> sealed.ddl().isEmpty() ? unnoticed.view() : Optional.empty());
        if (made.isPresent()) {
            throw new CommitFailure(ErrorFields.error(
                    "0A000",
                    "EXPLAIN ANALYZE inside a function cannot make " + made.get() + ": it would not be replicated",
                    "Leave ANALYZE out, or explain the query alone."));
        }
    }

    private static NestedRoles difference(List<RoleLine> was, List<RoleLine> is) throws CommitFailure {
        if (RoleLine.renamed(was, is)) {
            throw new CommitFailure(ErrorFields.error(
                    "0A000",
                    "ALTER ROLE ... RENAME inside a function cannot be replicated",
                    "Run it as a statement of its own."));
        }
        Set<RoleLine> old = new HashSet<>(was);
        Set<RoleLine> now = new HashSet<>(is);
        List<Form.Ddl> made = is.stream()
                .filter(r -> !old.contains(r))
                .map(r -> statement(r.present()))
                .toList();
        List<Form.Ddl> ended = was.reversed().stream()
                .filter(r -> !now.contains(r) && !r.absent().isEmpty())
                .filter(r -> is.stream().noneMatch(n -> n.absent().equals(r.absent())))
                .map(r -> statement(r.absent()))
                .toList();
        return new NestedRoles(made, ended);
    }

    private static Form.Ddl statement(String sql) {
        return new Form.Ddl(new LoggedStatement(sql, List.of(), -1), NODE);
    }
}

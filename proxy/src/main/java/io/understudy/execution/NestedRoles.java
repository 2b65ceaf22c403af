package io.understudy.execution;

import io.understudy.backend.Queries;
import io.understudy.backend.ServerError;
import io.understudy.capture.RoleLine;
import io.understudy.capture.Seal;
import io.understudy.capture.Sealed;
import io.understudy.log.Form;
import io.understudy.log.LoggedStatement;
import io.understudy.log.SessionContext;
import io.understudy.wire.ErrorFields;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a transaction did to roles and other objects of the whole server inside functions and DO blocks. No event trigger fires for them, so it is found by comparing what the transaction sees with what
 * everybody else does. What its own statements did to such objects is in it, too, and is not logged a second time.
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
    static NestedRoles read(WriteTransaction t, Queries connection, Sealed sealed, Seal seal, NodeDatabase database)
            throws IOException, ServerError, CommitFailure {
        boolean byItsOwnStatements = !t.hasCalledCode() && t.ddl().stream().anyMatch(RanDdl::changesSharedObjects);
        if (!sealed.sharedObjects() || byItsOwnStatements || !RoleLine.touched(connection)) {
            return NONE;
        }
        if (!"read committed".equals(connection.query(ISOLATION).getFirst()[0])) {
            throw new CommitFailure(ErrorFields.error(
                    "0A000",
                    "a REPEATABLE READ transaction that calls functions cannot change roles, or rights on what belongs to the whole server",
                    "Do that in a READ COMMITTED transaction."));
        }
        connection.query(MasterTransactions.ALONE);
        try {
            return difference(database.roles(), seal.roles(connection));
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private static NestedRoles difference(List<RoleLine> was, List<RoleLine> is) throws CommitFailure {
        if (RoleLine.renamed(was, is)) {
            throw new CommitFailure(ErrorFields.error(
                    "0A000",
                    "ALTER ROLE ... RENAME inside a function cannot be replicated",
                    "Run it as a statement of its own."));
        }
        if (!ours(was).equals(ours(is))) {
            throw new CommitFailure(
                    ErrorFields.error(
                            "42501",
                            "role understudy_apply and the event triggers understudy belong to Understudy",
                            "The node applies other nodes' changes by the one and sees yours by the others; they cannot be changed through Understudy."));
        }
        Set<RoleLine> old = new HashSet<>(was);
        Set<RoleLine> now = new HashSet<>(is);
        List<RoleLine> made = is.stream().filter(r -> !old.contains(r)).toList();
        List<RoleLine> ended = was.reversed().stream()
                .filter(r -> !now.contains(r) && !r.absent().isEmpty())
                .filter(r -> is.stream().noneMatch(n -> n.absent().equals(r.absent())))
                .toList();
        if (Stream.concat(made.stream(), ended.stream()).anyMatch(NestedRoles::changesOurSettings)) {
            throw new CommitFailure(ErrorFields.error(
                    "42501",
                    "settings event_triggers, session_preload_libraries and default_transaction_read_only belong to Understudy",
                    "The node keeps there what replication needs; it cannot be changed through Understudy."));
        }
        return new NestedRoles(
                Stream.concat(
                                ended.stream().filter(RoleLine::ofEventTrigger).map(RoleLine::absent),
                                made.stream().filter(r -> !r.ofEventTrigger()).map(RoleLine::present))
                        .map(NestedRoles::statement)
                        .toList(),
                Stream.concat(
                                ended.stream().filter(r -> !r.ofEventTrigger()).map(RoleLine::absent),
                                made.stream().filter(RoleLine::ofEventTrigger).map(RoleLine::present))
                        .map(NestedRoles::statement)
                        .toList());
    }

    private static Set<RoleLine> ours(List<RoleLine> lines) {
        return lines.stream().filter(RoleLine::isOurs).collect(Collectors.toSet());
    }

    private static boolean changesOurSettings(RoleLine line) {
        String sql = line.present();
        return sql.contains(" SET event_triggers TO ")
                || sql.contains(" SET session_preload_libraries TO ")
                || sql.contains(" SET default_transaction_read_only TO ");
    }

    private static Form.Ddl statement(String sql) {
        return new Form.Ddl(new LoggedStatement(sql, List.of(), -1), NODE);
    }
}

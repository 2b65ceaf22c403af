package io.understudy.demo.conformity;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/** Runs a statement in a read-only (sub)transaction that is rolled back, and has the server print what it made of it. */
final class Trial {
    /**
     * What came of it.
     *
     * @param analysis empty if the server did not get as far as that
     * @param sqlState what it ended with, "" for success
     * @param strangers names of relations and functions of the analysis that no other session can see yet, or that are temporary, by id
     */
    record Outcome(Optional<ServerAnalysis> analysis, String sqlState, Map<Integer, Stranger> strangers) {
        static final String READ_ONLY = "25006";
    }

    /** @param temporary whether it is in the session's own schema */
    record Stranger(String name, boolean temporary) {}

    private static final String SETTINGS =
            "SET LOCAL client_min_messages = log; SET LOCAL debug_print_parse = on; SET LOCAL debug_print_rewritten = on;"
                    + " SET LOCAL debug_pretty_print = off; SET LOCAL transaction_read_only = on";
    private static final int SECONDS_MAX = 20;

    private final Connection connection;

    Trial(Connection connection) {
        this.connection = connection;
    }

    /** @param known ids that need no looking up */
    Outcome of(String sql, Set<Integer> known) throws SQLException {
        BaseConnection base = connection.unwrap(BaseConnection.class);
        TransactionState state = base.getTransactionState();
        if (state == TransactionState.FAILED) {
            return new Outcome(Optional.empty(), "25P02", Map.of());
        }
        boolean block = state == TransactionState.OPEN;
        execute(block ? "SAVEPOINT understudy_trial" : "BEGIN");
        try (Statement s = connection.createStatement()) {
            s.setEscapeProcessing(false);
            String sqlState = "";
            try {
                execute(SETTINGS);
                s.setQueryTimeout(SECONDS_MAX);
                s.setFetchSize(0);
                s.execute(sql);
            } catch (SQLException e) {
                sqlState = String.valueOf(e.getSQLState());
            }
            Optional<ServerAnalysis> analysis = analysis(s.getWarnings());
            execute(block ? "ROLLBACK TO SAVEPOINT understudy_trial" : "ROLLBACK");
            return new Outcome(analysis, sqlState, strangers(analysis, known));
        } finally {
            if (base.getTransactionState() != TransactionState.IDLE) {
                execute(
                        block
                                ? "ROLLBACK TO SAVEPOINT understudy_trial; RELEASE SAVEPOINT understudy_trial"
                                : "ROLLBACK");
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement s = connection.createStatement()) {
            s.execute(sql);
        }
    }

    /** What is printed for functions that the statement calls has a context, and is left out. */
    private static Optional<ServerAnalysis> analysis(SQLWarning first) {
        Optional<TreeNode> parsed = Optional.empty();
        List<TreeNode> rewritten = new ArrayList<>();
        for (SQLWarning w = first; w != null; w = w.getNextWarning()) {
            ServerErrorMessage m = w instanceof PSQLWarning p ? p.getServerErrorMessage() : null;
            if (m == null || m.getWhere() != null || m.getDetail() == null) {
                continue;
            }
            String message = String.valueOf(m.getMessage());
            if (message.startsWith("parse tree")) {
                parsed = TreeNode.read(m.getDetail()).stream().findFirst();
            } else if (message.startsWith("rewritten parse tree")) {
                rewritten.addAll(TreeNode.read(m.getDetail()));
            }
        }
        return parsed.map(tree -> ServerAnalysis.of(tree, rewritten)).filter(ServerAnalysis::isPlannable);
    }

    private Map<Integer, Stranger> strangers(Optional<ServerAnalysis> analysis, Set<Integer> known)
            throws SQLException {
        if (analysis.isEmpty()) {
            return Map.of();
        }
        Set<Integer> relations = new HashSet<>(analysis.get().read());
        relations.addAll(analysis.get().written());
        relations.removeAll(known);
        Set<Integer> functions = new HashSet<>(analysis.get().called());
        functions.removeAll(known);
        Map<Integer, Stranger> found = new ConcurrentHashMap<>();
        look(relations, "SELECT oid, relname, relpersistence = 't' FROM pg_catalog.pg_class", found);
        look(functions, "SELECT oid, proname, false FROM pg_catalog.pg_proc", found);
        return Map.copyOf(found);
    }

    private void look(Set<Integer> ids, String sql, Map<Integer, Stranger> found) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        String list = ids.stream().map(Integer::toUnsignedString).collect(Collectors.joining(","));
        try (Statement s = connection.createStatement();
                ResultSet r = s.executeQuery(sql + " WHERE oid IN (" + list + ")")) {
            while (r.next()) {
                found.put((int) r.getLong(1), new Stranger(r.getString(2), r.getBoolean(3)));
            }
        }
    }
}

package io.understudy.demo.workload;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.history.Action;
import io.understudy.demo.history.Action.Read;
import io.understudy.demo.history.Action.Write;
import io.understudy.demo.history.Operation;
import io.understudy.demo.history.Operation.Result;
import io.understudy.demo.workload.Attempt.Block;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** One thread that works through one node after another, and notes what it was told. */
final class Client {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
    private static final String NO_MASTER = "57P03";
    private static final int PAUSE_AFTER_ERROR_MILLIS = 10;
    private static final int PAUSE_MILLIS_MAX = 6;
    /** So that clients go round the nodes also without errors. */
    private static final int ATTEMPTS_PER_CONNECTION = 60;
    /** Schema changes are rare: each holds up everybody else for a moment. */
    private static final int BETWEEN_CHANGES = 60;

    private final LocalCluster cluster;
    private final List<WorkKind> kinds;
    private final Recorder recorder;
    private final Random random;
    private Block block = Block.READ_COMMITTED;

    Client(LocalCluster cluster, List<WorkKind> kinds, Recorder recorder, Random random) {
        this.cluster = cluster;
        this.kinds = kinds;
        this.recorder = recorder;
        this.random = random;
    }

    void run() {
        while (!recorder.over()) {
            LocalNode node = cluster.nodes().get(random.nextInt(cluster.nodes().size()));
            int session = recorder.nextSession();
            try (Connection connection = cluster.connect(node, ANSWER_LIMIT)) {
                block = Block.READ_COMMITTED;
                boolean usable = true;
                for (int i = 0; i < ATTEMPTS_PER_CONNECTION && usable && !recorder.over(); i++) {
                    usable = attempt(connection, node, session);
                    pause(random.nextInt(PAUSE_MILLIS_MAX));
                }
            } catch (SQLException e) {
                pause(PAUSE_AFTER_ERROR_MILLIS);
            }
        }
    }

    /** @return whether the connection can be used further */
    private boolean attempt(Connection connection, LocalNode node, int session) {
        Attempt attempt = choice().workload().next(random, recorder.nextId());
        long begun = System.nanoTime();
        // A single statement may have taken place whenever its answer is lost.
        boolean committing = attempt.block() == Block.NONE;
        String token = "";
        Action action = attempt.planned();
        try {
            begin(connection, attempt);
            begun = System.nanoTime();
            action = attempt.body().run(connection);
            if (!connection.getAutoCommit()) {
                if (action instanceof Write) {
                    token = Rows.texts(connection, "show understudy.transaction")
                            .getFirst();
                }
                committing = true;
                connection.commit();
            }
            note(session, node, begun, Result.OK, token, action, Optional.empty());
            return true;
        } catch (SQLException e) {
            Result result = committing && leavesOpen(e) ? Result.UNKNOWN : Result.FAILED;
            note(session, node, begun, result, token, action, Optional.of(e));
            pause(PAUSE_AFTER_ERROR_MILLIS);
            // a node that is cut off says so at once: others may do better
            return !NO_MASTER.equals(e.getSQLState()) && recovered(connection);
        }
    }

    private WorkKind choice() {
        if (kinds.contains(WorkKind.DDL) && (kinds.size() == 1 || random.nextInt(BETWEEN_CHANGES) == 0)) {
            return WorkKind.DDL;
        }
        List<WorkKind> others = kinds.stream().filter(k -> k != WorkKind.DDL).toList();
        return others.get(random.nextInt(others.size()));
    }

    private void begin(Connection connection, Attempt attempt) throws SQLException {
        if (attempt.block() == Block.NONE) {
            connection.setAutoCommit(true);
            return;
        }
        if (attempt.block() != block) {
            connection.setAutoCommit(true);
            connection.setTransactionIsolation(attempt.block().isolation);
            block = attempt.block();
        }
        boolean reads = attempt.planned() instanceof Read;
        if (connection.isReadOnly() != reads) {
            connection.setReadOnly(reads);
        }
        connection.setAutoCommit(false);
    }

    private void note(
            int session,
            LocalNode node,
            long begun,
            Result result,
            String token,
            Action action,
            Optional<SQLException> failure) {
        String error = failure.map(e -> e.getSQLState() + " " + e.getMessage()).orElse("");
        recorder.add(new Operation(session, node.name(), begun, System.nanoTime(), result, token, action, error));
        if (failure.isPresent()) {
            recorder.pace().failed(begun, node.name() + ": " + error);
        } else if (action instanceof Write) {
            recorder.pace().acknowledged(begun);
        }
    }

    /** A lost connection, an answer that did not come in time, "unknown"; also the end of a backend, which may follow a commit on its heels. */
    static boolean leavesOpen(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08") || state.startsWith("57P01");
    }

    private static boolean recovered(Connection connection) {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            return !connection.isClosed();
        } catch (SQLException e) {
            return false;
        }
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

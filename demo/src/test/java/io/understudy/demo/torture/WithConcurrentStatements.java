package io.understudy.demo.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.fault.Contents;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;

/** For statements that run outside of transactions, on the shared cluster: after each test nothing of them is left, and all nodes are equal. */
abstract class WithConcurrentStatements extends OnSharedCluster {
    static final Duration LIMIT = Duration.ofSeconds(60);
    static final int RACE_LIMIT_SECONDS = 240;

    /** The pool that all share has a thread a processor: too few for what is to run at once. */
    final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterAll
    void stopThreads() {
        threads.shutdownNow();
    }

    @AfterEach
    void allNodesAreEqualAndNothingIsLeft() throws Exception {
        assertNodesEqual();
        for (LocalNode node : cluster.nodes()) {
            assertThat(asked(node, "select count(*) from pg_index where not indisvalid"))
                    .isEqualTo("0");
            assertThat(asked(node, "select count(*) from understudy.outside")).isEqualTo("0");
        }
    }

    final String asked(LocalNode node, String sql) throws SQLException {
        try (Connection direct = Contents.connect(cluster, node);
                Statement statement = direct.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    final CompletableFuture<Void> runs(Runnable work) {
        return CompletableFuture.runAsync(work, threads);
    }

    /** Starts it when a transaction has run those, and commits that when it waits for a lock. Returns when both are over. */
    final void waitingFor(Runnable it, String... transaction) throws Exception {
        CompletableFuture<Void> waiting;
        try (Connection first = connect(Protocol.SIMPLE, 1)) {
            execute(first, "begin");
            execute(first, transaction);
            waiting = runs(it);
            await().atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(asked(running.master(), "select count(*) from pg_locks where not granted"))
                                    .isNotEqualTo("0"));
            execute(first, "commit");
        }
        waiting.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Waits until the master's server answers that. */
    final void awaitOnMaster(String answer, String sql) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(asked(running.master(), sql)).isEqualTo(answer));
    }

    /** Waits until none of them runs, is logged or is put back any more. */
    final void awaitNoneOnTheirWay() {
        awaitOnMaster("0", "select count(*) from understudy.outside");
    }

    final void runOn(int node, String... statements) {
        try {
            run(Protocol.SIMPLE, node, statements);
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** It may fail in one of these ways, because somebody else was first. */
    final void runOrFail(int node, String sql, String... sqlStates) {
        try {
            run(Protocol.SIMPLE, node, sql);
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as(sql).isIn((Object[]) sqlStates);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

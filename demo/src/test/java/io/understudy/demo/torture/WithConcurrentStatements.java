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

    final void runOn2(String sql) {
        try {
            run(Protocol.SIMPLE, 2, sql);
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

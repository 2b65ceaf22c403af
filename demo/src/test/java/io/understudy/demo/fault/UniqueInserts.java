package io.understudy.demo.fault;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Writers that insert keys nobody used before, each key in one attempt, through one node after the other, until closed. */
final class UniqueInserts implements AutoCloseable {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final long PAUSE_AFTER_ERROR_MILLIS = 20;
    private static final long END_LIMIT_MILLIS = 30_000;
    /** So that writers go round the nodes also without errors. */
    private static final int WRITES_PER_CONNECTION = 50;

    private final LocalCluster cluster;
    private final WriteHistory<Long> history;
    private final AtomicLong keys = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    UniqueInserts(LocalCluster cluster, WriteHistory<Long> history) {
        this.cluster = cluster;
        this.history = history;
    }

    /** No primary key: a row that is there twice must be seen, not refused. */
    void createTable() throws SQLException {
        try (Connection connection = cluster.connect(cluster.nodes().getFirst(), ANSWER_LIMIT)) {
            connection.createStatement().execute("create table unique_insert (key bigint not null, writer integer)");
        }
    }

    void start(int writers) {
        for (int writer = 0; writer < writers; writer++) {
            int number = writer;
            threads.add(Thread.ofVirtual().name("writer-" + writer).start(() -> write(number)));
        }
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join(END_LIMIT_MILLIS);
        }
    }

    private void write(int writer) {
        for (int turn = writer; !over; turn++) {
            LocalNode node = cluster.nodes().get(turn % cluster.nodes().size());
            try (Connection connection = cluster.connect(node, ANSWER_LIMIT);
                    PreparedStatement insert = connection.prepareStatement("insert into unique_insert values (?, ?)")) {
                for (int i = 0; i < WRITES_PER_CONNECTION && !over; i++) {
                    long key = keys.incrementAndGet();
                    history.attempt(key);
                    insert.setLong(1, key);
                    insert.setInt(2, writer);
                    insert.executeUpdate();
                    history.acknowledge(key);
                }
            } catch (SQLException e) {
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_ERROR_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

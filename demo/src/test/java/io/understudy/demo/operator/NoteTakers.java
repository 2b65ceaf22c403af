package io.understudy.demo.operator;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** Clients of the driver that write rows, every other one in transactions of two, and remember which were acknowledged. One that sees an error stops. */
final class NoteTakers implements AutoCloseable {
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Queue<SQLException> errors = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    private NoteTakers() {}

    static NoteTakers start(String url, int count) {
        NoteTakers all = new NoteTakers();
        for (int i = 0; i < count; i++) {
            boolean inTransactions = i % 2 == 1;
            all.threads.add(Thread.ofVirtual().start(() -> all.write(url, inTransactions)));
        }
        return all;
    }

    private void write(String url, boolean inTransactions) {
        try (Connection c = DriverManager.getConnection(url);
                PreparedStatement insert = c.prepareStatement("INSERT INTO note (id) VALUES (?)");
                PreparedStatement read = c.prepareStatement("SELECT count(*) FROM note WHERE id = ?")) {
            c.setAutoCommit(!inTransactions);
            while (!stopping) {
                List<String> ids = new ArrayList<>();
                for (int i = 0; i < (inTransactions ? 2 : 1); i++) {
                    String id = UUID.randomUUID().toString();
                    insert.setString(1, id);
                    insert.executeUpdate();
                    ids.add(id);
                }
                if (inTransactions) {
                    c.commit();
                }
                acknowledged.addAll(ids);
                // A client has other things to do, too.
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
                read.setString(1, ids.getFirst());
                read.executeQuery().close();
                if (inTransactions) {
                    c.commit();
                }
            }
        } catch (SQLException e) {
            errors.add(e);
        }
    }

    /** Until so many more rows are acknowledged. */
    void awaitMore(int rows) {
        int before = acknowledged.size();
        await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged.size() >= before + rows || !errors.isEmpty());
    }

    void stop() throws InterruptedException {
        stopping = true;
        for (Thread t : threads) {
            t.join();
        }
    }

    Set<String> acknowledged() {
        return acknowledged;
    }

    List<SQLException> errors() {
        return List.copyOf(errors);
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}

package io.understudy.demo.fault;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that write what can be checked afterwards, through all nodes in turn, until closed. Half of them insert keys nobody used before, one statement a transaction; the others insert such a
 * key and count it in one of a few rows that all of them fight for, by reading the count and writing one more. Each key is attempted once.
 */
public final class CheckedWrites implements AutoCloseable {
    private static final int COUNTERS = 4;
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
    private static final long PAUSE_AFTER_ERROR_MILLIS = 10;
    private static final long END_LIMIT_MILLIS = 40_000;
    /** So that clients go round the nodes also without errors. */
    private static final int WRITES_PER_CONNECTION = 50;

    private final LocalCluster cluster;
    private final WriteHistory<Long> history = new WriteHistory<>();
    private final AtomicLong keys = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile Awaited awaited = new Awaited(0);
    private volatile String lastError = "";
    private final AtomicLong longestNanos = new AtomicLong();
    private volatile boolean over;

    /** The first write that is begun once something has been done, timed from when that began. */
    private static final class Awaited {
        private final long sinceNanos;
        private volatile long doneNanos = Long.MAX_VALUE;
        private volatile long acknowledgedNanos;

        Awaited(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }
    }

    public CheckedWrites(LocalCluster cluster) {
        this.cluster = cluster;
    }

    /** No primary key where keys go: a row that is there twice must be seen, not refused. */
    void createTables() throws SQLException {
        try (Connection connection = cluster.connect(cluster.nodes().getFirst(), ANSWER_LIMIT);
                Statement statement = connection.createStatement()) {
            statement.execute("create table written (key bigint not null, client integer, counter integer)");
            statement.execute("create table counted (id integer primary key, n bigint not null)");
            statement.execute("insert into counted select i, 0 from generate_series(0, " + (COUNTERS - 1) + ") i");
        }
    }

    void start(int clients) {
        for (int client = 0; client < clients; client++) {
            int number = client;
            threads.add(Thread.ofVirtual().name("client-" + client).start(() -> write(number)));
        }
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join(END_LIMIT_MILLIS);
        }
    }

    /** Something is being done from now on, until {@link #done}. */
    void mark() {
        awaited = new Awaited(System.nanoTime());
        longestNanos.set(0);
    }

    /** It is done: the first acknowledged write that is begun later is waited for. */
    void done() {
        awaited.doneNanos = System.nanoTime();
    }

    /** How long after the last {@link #mark} a write begun after {@link #done} was acknowledged, in milliseconds; negative if none was yet. */
    long resumedMillis() {
        Awaited a = awaited;
        long at = a.acknowledgedNanos;
        return at == 0 ? -1 : Math.max(0, at - a.sinceNanos) / 1_000_000;
    }

    /** The longest attempt that ended since the last {@link #mark}, good or bad, in milliseconds. */
    long longestMillis() {
        return longestNanos.get() / 1_000_000;
    }

    int acknowledged() {
        return history.acknowledged();
    }

    /** What a client was told last when it did not go well. */
    String lastError() {
        return lastError;
    }

    private void write(int client) {
        // each its own way, lest they all end up at the same node
        Random random = new Random(client);
        while (!over) {
            LocalNode node = cluster.nodes().get(random.nextInt(cluster.nodes().size()));
            long begun = System.nanoTime();
            try (Connection connection = cluster.connect(node, ANSWER_LIMIT)) {
                for (int i = 0; i < WRITES_PER_CONNECTION && !over; i++) {
                    begun = System.nanoTime();
                    long key = keys.incrementAndGet();
                    history.attempt(key);
                    if (client % 2 == 0) {
                        insert(connection, key, client, -1);
                    } else {
                        count(connection, key, client);
                    }
                    history.acknowledge(key);
                    ended(begun, true);
                }
            } catch (SQLException e) {
                lastError = node.name() + ": " + e.getSQLState() + " " + e.getMessage();
                ended(begun, false);
                pause();
            }
        }
    }

    private void ended(long begun, boolean well) {
        long now = System.nanoTime();
        longestNanos.accumulateAndGet(now - begun, Math::max);
        Awaited a = awaited;
        if (well && begun >= a.doneNanos && a.acknowledgedNanos == 0) {
            a.acknowledgedNanos = now;
        }
    }

    private static void insert(Connection connection, long key, int client, int counter) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into written values (?, ?, ?)")) {
            insert.setLong(1, key);
            insert.setInt(2, client);
            insert.setInt(3, counter);
            insert.executeUpdate();
        }
    }

    private static void count(Connection connection, long key, int client) throws SQLException {
        int counter = (int) (key % COUNTERS);
        connection.setAutoCommit(false);
        insert(connection, key, client, counter);
        try (PreparedStatement read = connection.prepareStatement("select n from counted where id = ? for update");
                PreparedStatement update = connection.prepareStatement("update counted set n = ? where id = ?")) {
            read.setInt(1, counter);
            try (ResultSet found = read.executeQuery()) {
                found.next();
                update.setLong(1, found.getLong(1) + 1);
            }
            update.setInt(2, counter);
            update.executeUpdate();
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_ERROR_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Compares with what the servers hold; to be called when nobody writes and everything is applied everywhere.
     *
     * @return what is wrong, for people; empty if nothing is
     */
    List<String> check() throws SQLException {
        List<String> findings = new ArrayList<>();
        Map<String, List<Long>> held = new TreeMap<>();
        for (LocalNode node : cluster.nodes()) {
            try (Connection connection = Contents.connect(cluster, node);
                    Statement statement = connection.createStatement()) {
                List<Long> found = new ArrayList<>();
                try (ResultSet rows = statement.executeQuery("select key from written")) {
                    while (rows.next()) {
                        found.add(rows.getLong(1));
                    }
                }
                held.put(node.name(), found);
                try (ResultSet rows = statement.executeQuery("select id, n, (select count(*) from written"
                        + " where counter = id) from counted c order by id")) {
                    while (rows.next()) {
                        if (rows.getLong(2) != rows.getLong(3)) {
                            findings.add(node.name() + " counted " + rows.getLong(2) + " in row " + rows.getInt(1)
                                    + ", where " + rows.getLong(3) + " were written");
                        }
                    }
                }
            }
        }
        findings.addAll(history.check(held));
        findings.addAll(Contents.differences(Contents.ofAll(cluster)));
        return findings;
    }
}

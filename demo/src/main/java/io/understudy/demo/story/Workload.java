package io.understudy.demo.story;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Five writers in the office, three in the shop, and four readers, which take a connection of the pool for each transaction and go on whatever happens until they are told to end. */
final class Workload implements AutoCloseable {
    private static final int OFFICE = 5;
    private static final int SHOP = 3;
    private static final int READERS = 4;
    static final int CLIENTS = OFFICE + SHOP + READERS;
    private static final long PAUSE_AFTER_ERROR_MILLIS = 20;
    private static final long END_LIMIT_MILLIS = 30_000;
    private static final String READ = """
            select o.id, o.state, count(l.line), sum(l.quantity * l.price) * (1 + (select rate from tax where id = 1))
            from orders o join order_line l on l.order_id = o.id
            where o.customer = ? group by o.id order by o.id desc limit 5
            """;

    private final Clients clients;
    private final Tally tally = new Tally();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    Workload(Clients clients) {
        this.clients = clients;
    }

    Tally tally() {
        return tally;
    }

    void start() {
        SplittableRandom seeds = new SplittableRandom();
        for (int i = 0; i < OFFICE + SHOP; i++) {
            RandomGenerator random = seeds.split();
            boolean office = i < OFFICE;
            go("writer-" + i, connection -> {
                long begun = System.nanoTime();
                Orders orders = new Orders(connection, random, tally);
                if (office) {
                    orders.office();
                } else {
                    orders.shop();
                }
                tally.wrote(begun);
            });
        }
        for (int i = 0; i < READERS; i++) {
            RandomGenerator random = seeds.split();
            go("reader-" + i, connection -> read(connection, random));
        }
    }

    /** Tells the clients to end and waits for them, at most 30 s. */
    @Override
    public void close() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join(END_LIMIT_MILLIS);
        }
    }

    /** What a client does again and again. */
    @FunctionalInterface
    private interface Step {
        void run(Connection connection) throws SQLException;
    }

    private void go(String name, Step step) {
        threads.add(Thread.ofVirtual().name(name).start(() -> {
            while (!over) {
                try (Connection connection = clients.connect()) {
                    step.run(connection);
                } catch (SQLException e) {
                    String state = String.valueOf(e.getSQLState());
                    tally.failed(state);
                    // A transaction that lost against another one is an everyday matter, and run again at once.
                    if (!state.startsWith("40")) {
                        pause();
                    }
                }
            }
        }));
    }

    private void read(Connection connection, RandomGenerator random) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setInt(1, 1 + random.nextInt(Schema.CUSTOMERS));
            try (ResultSet rows = statement.executeQuery()) {
                if (rows.next()) {
                    tally.read();
                }
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

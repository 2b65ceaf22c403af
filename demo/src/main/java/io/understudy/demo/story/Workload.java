package io.understudy.demo.story;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Five writers in the office, three in the shop, and four readers, each with a connection of its own, that go on whatever happens until they are told to end. */
final class Workload implements AutoCloseable {
    private static final int OFFICE = 5;
    private static final int SHOP = 3;
    private static final int READERS = 4;
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
                Orders orders = new Orders(connection, random, tally);
                return () -> {
                    long begun = System.nanoTime();
                    if (office) {
                        orders.office();
                    } else {
                        orders.shop();
                    }
                    tally.wrote(begun);
                };
            });
        }
        for (int i = 0; i < READERS; i++) {
            RandomGenerator random = seeds.split();
            go("reader-" + i, connection -> () -> read(connection, random));
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
        void run() throws SQLException;
    }

    @FunctionalInterface
    private interface Client {
        Step with(Connection connection);
    }

    private void go(String name, Client client) {
        threads.add(Thread.ofVirtual().name(name).start(() -> {
            while (!over) {
                try (Connection connection = clients.connect()) {
                    Step step = client.with(connection);
                    while (!over) {
                        repeat(connection, step);
                    }
                } catch (SQLException e) {
                    tally.failed(String.valueOf(e.getSQLState()));
                    pause();
                }
            }
        }));
    }

    /** A transaction that lost against another one is an everyday matter; anything else costs the connection. */
    private void repeat(Connection connection, Step step) throws SQLException {
        try {
            step.run();
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            if (!state.startsWith("40")) {
                throw e;
            }
            tally.failed(state);
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
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

package io.understudy.demo.story;

import io.understudy.demo.cluster.LocalCluster;
import io.understudy.demo.cluster.LocalNode;
import io.understudy.demo.fault.Contents;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** What writers do: the office takes and ships orders, the shop notes visits and keeps customers and stock. */
final class Orders {
    private final Connection connection;
    private final RandomGenerator random;
    private final Tally tally;

    Orders(Connection connection, RandomGenerator random, Tally tally) {
        this.connection = connection;
        this.random = random;
        this.tally = tally;
    }

    /** One write of the office, of a kind chosen at random. */
    void office() throws SQLException {
        int kind = random.nextInt(100);
        if (kind < 85) {
            order();
        } else if (kind < 95) {
            run(
                    "update orders set state = 'shipped', shipped = now() where state = 'open' and customer = ?",
                    customer());
        } else {
            run("delete from shortage where noticed < now() - make_interval(secs => random())");
        }
    }

    /** One write of the shop, of a kind chosen at random. */
    void shop() throws SQLException {
        int kind = random.nextInt(100);
        if (kind < 45) {
            visit();
        } else if (kind < 90) {
            run("update customer set credit = ? where id = ?", random.nextInt(5000), customer());
        } else {
            run("update product set stock = stock + 60 where stock < 20");
        }
    }

    /** Compares the orders on every server with what writers were told. */
    static List<String> check(LocalCluster cluster, Tally tally) throws SQLException {
        Map<String, List<UUID>> held = new TreeMap<>();
        for (LocalNode node : cluster.nodes()) {
            List<UUID> tokens = new ArrayList<>();
            try (Connection connection = Contents.connect(cluster, node);
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select token from orders")) {
                while (rows.next()) {
                    tokens.add(rows.getObject(1, UUID.class));
                }
            }
            held.put(node.name(), tokens);
        }
        return tally.orders().check(held);
    }

    private void order() throws SQLException {
        UUID token = new UUID(random.nextLong(), random.nextLong());
        tally.orders().attempt(token);
        connection.setAutoCommit(false);
        long id = insertOrder(token);
        int lines = 1 + random.nextInt(3);
        for (int line = 1; line <= lines; line++) {
            int product = 1 + random.nextInt(Schema.PRODUCTS);
            int quantity = 1 + random.nextInt(9);
            run(
                    "insert into order_line select ?, ?, id, ?, price from product where id = ?",
                    id,
                    line,
                    quantity,
                    product);
            try (PreparedStatement statement = connection.prepareStatement("select take_from_stock(?, ?)")) {
                statement.setInt(1, product);
                statement.setInt(2, quantity);
                statement.executeQuery().close();
            }
        }
        connection.commit();
        tally.orders().acknowledge(token);
    }

    private long insertOrder(UUID token) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("insert into orders (token, customer) values (?, ?) returning id")) {
            statement.setObject(1, token);
            statement.setInt(2, customer());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private void visit() throws SQLException {
        UUID id = new UUID(random.nextLong(), random.nextLong());
        run("insert into visit (id, customer, page, at) values (?, ?, ?, now())", id, customer(), "/start");
    }

    private void run(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    private int customer() {
        return 1 + random.nextInt(Schema.CUSTOMERS);
    }
}

package io.understudy.capture;

import io.understudy.catalog.CatalogReader;
import io.understudy.catalog.DatabaseCatalog;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A database with capture, and one client's connection to it with what the proxy would do there. */
final class Master implements AutoCloseable {
    static final Seal.Limits LIMITS = new Seal.Limits(1 << 20, 2 << 20, 1 << 16);

    final Connection node;
    final Connection client;
    final JdbcQueries queries;
    final String secret;
    final Seal seal;
    private final CatalogReader reader = new CatalogReader();

    Master(TestServer server, String database, String user) throws SQLException {
        node = server.connect(database, "postgres");
        client = server.connect(database, user);
        client.setAutoCommit(false);
        queries = new JdbcQueries(client);
        secret = Secret.renew(node);
        seal = new Seal(secret, LIMITS);
    }

    void asNode(String... sqls) throws SQLException {
        try (Statement s = node.createStatement()) {
            for (String sql : sqls) {
                s.execute(sql);
            }
        }
    }

    void run(String... sqls) throws SQLException {
        try (Statement s = client.createStatement()) {
            for (String sql : sqls) {
                s.execute(sql);
            }
        }
    }

    DatabaseCatalog catalog() throws SQLException {
        return reader.read(node);
    }

    Sealed seal() throws Exception {
        return seal.seal(queries, false, true, Seal.Sequences.NONE);
    }

    @Override
    public void close() throws SQLException {
        try (node;
                client) {
            client.rollback();
        }
    }
}

package io.understudy.backend;

import io.understudy.testing.DisposablePostgres;
import io.understudy.testing.DisposablePostgres.Logins;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** A throw-away PostgreSQL server with SCRAM for everybody; superuser {@code postgres}. */
public final class TestPostgres implements AutoCloseable {
    private final DisposablePostgres server;

    private TestPostgres(DisposablePostgres server) {
        this.server = server;
    }

    /** @param settings as {@code name=value} */
    public static TestPostgres start(String... settings) throws IOException {
        Map<String, String> all = new HashMap<>(Map.of("log_min_messages", "fatal", "fsync", "off"));
        for (String s : settings) {
            int eq = s.indexOf('=');
            all.put(s.substring(0, eq), s.substring(eq + 1));
        }
        return new TestPostgres(DisposablePostgres.start(all, Logins.SCRAM));
    }

    public ServerAddress address() {
        return new ServerAddress(server.host(), server.port());
    }

    public String password() {
        return server.password();
    }

    public Login superuser() {
        return new Login(server.user(), server.database(), new Credentials.Password(server.password()));
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(
                Connector.url(address(), server.database()), server.user(), server.password());
    }

    public void execute(String... sql) throws SQLException {
        try (Connection c = connect();
                Statement s = c.createStatement()) {
            for (String one : sql) {
                s.execute(one);
            }
        }
    }

    public void restart() throws IOException {
        server.restart();
    }

    /** Ends it as a crash would. */
    public void stop() throws IOException {
        server.kill();
    }

    @Override
    public void close() {
        server.close();
    }
}

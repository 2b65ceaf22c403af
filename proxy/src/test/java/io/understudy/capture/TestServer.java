package io.understudy.capture;

import io.understudy.catalog.Migrations;
import io.understudy.testing.DisposablePostgres;
import io.understudy.testing.DisposablePostgres.Logins;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL server for a test class, gone at the end. Trusts everybody on this machine, so that tests can be any role. */
public final class TestServer implements AutoCloseable {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final DisposablePostgres server;

    private TestServer(DisposablePostgres server) {
        this.server = server;
    }

    public static TestServer start() throws IOException {
        return new TestServer(
                DisposablePostgres.start(Map.of("max_connections", "50", "shared_buffers", "32MB"), Logins.TRUST));
    }

    /** Starts it again. */
    void up() throws IOException {
        server.restart();
    }

    /** Ends it as a crash would. */
    void crash() throws IOException {
        server.kill();
    }

    public int port() {
        return server.port();
    }

    public String url(String database) {
        return "jdbc:postgresql://" + server.host() + ":" + server.port() + "/" + database;
    }

    /** A fresh database, without Understudy's schema. */
    public String emptyDatabase() throws SQLException {
        String name = "test" + DATABASES.incrementAndGet();
        try (Connection c = DriverManager.getConnection(url("postgres"), "postgres", "");
                Statement s = c.createStatement()) {
            s.execute("CREATE DATABASE " + name);
        }
        return name;
    }

    /** A fresh database, made a node's. */
    public String database() throws Exception {
        String name = emptyDatabase();
        new Migrations(url(name), "postgres", "").run("apply", false);
        return name;
    }

    public Connection connect(String database, String user) throws SQLException {
        return DriverManager.getConnection(
                Migrations.withWrites(url(database) + "?allowEncodingChanges=true"), user, "x");
    }

    @Override
    public void close() {
        server.close();
    }
}

package io.understudy.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.UUID;

/**
 * A PostgreSQL server for the length of a test, with a data directory of its own that is deleted in the end.
 *
 * <pre>{@code
 * try (EmbeddedPostgres pg = EmbeddedPostgres.start()) {
 *     DriverManager.getConnection(pg.jdbcUrl(), pg.user(), pg.password());
 * }
 * }</pre>
 *
 * It is stopped by {@link #close()}, or when the JVM ends.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final String USER = "postgres";
    private static final String DATABASE = "postgres";

    private final Path directory;
    private final PostgresServer server;
    private final int port;
    private final String password;
    private final Thread hook;

    private EmbeddedPostgres(Path directory, PostgresServer server, int port, String password) {
        this.directory = directory;
        this.server = server;
        this.port = port;
        this.password = password;
        this.hook = new Thread(this::destroy, "stop-postgres-" + port);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts a server on a free port, with the default settings. */
    public static EmbeddedPostgres start() throws IOException {
        return start(Map.of());
    }

    /**
     * Starts a server on a free port.
     *
     * @param settings as in postgresql.conf, added to {@link PostgresServer#defaultSettings()}
     */
    public static EmbeddedPostgres start(Map<String, String> settings) throws IOException {
        Path directory = Files.createTempDirectory("understudy-postgres-");
        // The server may have to run as another user, who must be able to enter.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            String password = UUID.randomUUID().toString();
            PostgresServer server =
                    PostgresServer.create(directory.resolve("pgdata"), directory.resolve("postgres.log"), password);
            int port = FreePorts.one();
            server.start(port, settings);
            return new EmbeddedPostgres(directory, server, port, password);
        } catch (IOException e) {
            Directories.delete(directory);
            throw e;
        }
    }

    /** URL for the PostgreSQL JDBC driver, without user and password. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + host() + ":" + port + "/" + DATABASE;
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    /** A superuser. */
    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    public String database() {
        return DATABASE;
    }

    /** The server itself: its pid, its log. */
    public PostgresServer server() {
        return server;
    }

    /** Stops it in an orderly way and keeps its data. */
    public void stop() throws IOException {
        server.stop();
    }

    /** Ends it as a crash would; data are kept. */
    public void kill() throws IOException {
        server.kill();
    }

    /** Starts it again on the same port, stopping it before if it runs. */
    public void restart() throws IOException {
        server.stop();
        server.start();
    }

    /** Ends the server and deletes its data. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // The JVM is ending: the hook does it.
        }
        destroy();
    }

    private void destroy() {
        try {
            server.abandon();
            Directories.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.understudy.capture;

import io.understudy.catalog.Migrations;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A real PostgreSQL server for a test class: own directory, own port, gone at the end. Started as user postgres where the test runs as root. */
public final class TestServer implements AutoCloseable {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql/15/bin");
    private static final Path BIN = Path.of(System.getProperty("understudy.test.pgbin", DEBIAN.toString()));
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final int COMMAND_SECONDS_MAX = 60;

    private final Path directory;
    private final int port;
    private final Thread hook = new Thread(this::stop);

    private TestServer(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    public static TestServer start() throws IOException {
        Path directory = Files.createTempDirectory("understudy-test-pg");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        TestServer server = new TestServer(directory, port);
        Runtime.getRuntime().addShutdownHook(server.hook);
        try {
            if (root()) {
                run(List.of("chown", "postgres", directory.toString()));
            }
            server.tool(
                    "initdb", "-D", server.data(), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "-N");
            server.up();
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    /** Starts it (again). */
    void up() throws IOException {
        String options = "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + directory
                + " -c max_connections=50 -c shared_buffers=32MB";
        tool("pg_ctl", "-D", data(), "-w", "-l", directory + "/log", "-o", options, "start");
    }

    /** Ends it as a crash would. */
    void crash() throws IOException {
        tool("pg_ctl", "-D", data(), "-w", "-m", "immediate", "stop");
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    /** Runs one of PostgreSQL's programs to its end; returns what it said. */
    String tool(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (root()) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        Path program = BIN.resolve(name); // not every distribution has all of them
        command.add((Files.exists(program) ? program : DEBIAN.resolve(name)).toString());
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static String run(List<String> command) throws IOException {
        Path output = Files.createTempFile("understudy-test", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("PGOPTIONS", "-c default_transaction_read_only=off");
            Process process = builder.start();
            if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("too slow: " + command);
            }
            String said = Files.readString(output);
            if (process.exitValue() != 0) {
                throw new IOException(command + ": " + said);
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            Files.delete(output);
        }
    }

    private static boolean root() {
        return System.getProperty("user.name").equals("root");
    }

    public int port() {
        return port;
    }

    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
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

    private void stop() {
        try {
            tool("pg_ctl", "-D", data(), "-w", "-m", "immediate", "stop");
        } catch (IOException alreadyDown) {
            System.err.println("stopping the test's server: " + alreadyDown.getMessage());
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        } catch (IOException e) {
            System.err.println("removing the test's server: " + e);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        stop();
    }
}

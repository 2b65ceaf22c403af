package io.understudy.backend;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A throw-away PostgreSQL server with SCRAM for everybody; superuser {@code postgres}, password {@code secret}. */
public final class TestPostgres implements AutoCloseable {
    private static final Path BIN = Path.of("/usr/lib/postgresql/15/bin");
    private static final boolean ROOT = System.getProperty("user.name").equals("root");

    private final Path directory;
    private final int port;

    private TestPostgres(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    public static TestPostgres start(String... settings) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("understudy-pg");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path password = Files.writeString(directory.resolve("password"), "secret");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        TestPostgres t = new TestPostgres(directory, port);
        try {
            t.run("initdb", "-D", t.data(), "-U", "postgres", "-A", "scram-sha-256", "--pwfile=" + password, "-N");
            StringBuilder options = new StringBuilder("-c listen_addresses=127.0.0.1 -c port=" + port
                    + " -c unix_socket_directories='' -c fsync=off -c log_min_messages=fatal");
            for (String s : settings) {
                options.append(" -c ").append(s);
            }
            t.run("pg_ctl", "-D", t.data(), "-l", directory + "/log", "-o", options.toString(), "-w", "start");
        } catch (IOException | RuntimeException e) {
            t.close();
            throw e;
        }
        return t;
    }

    public ServerAddress address() {
        return new ServerAddress("127.0.0.1", port);
    }

    public Login superuser() {
        return new Login("postgres", "postgres", new Credentials.Password("secret"));
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(Connector.url(address(), "postgres"), "postgres", "secret");
    }

    public void execute(String... sql) throws SQLException {
        try (Connection c = connect();
                Statement s = c.createStatement()) {
            for (String one : sql) {
                s.execute(one);
            }
        }
    }

    public void restart() throws IOException, InterruptedException {
        run("pg_ctl", "-D", data(), "-m", "fast", "-w", "-l", directory + "/log", "restart");
    }

    public void stop() throws IOException, InterruptedException {
        run("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try {
            if (Files.exists(directory.resolve("data/postmaster.pid"))) {
                stop();
            }
        } finally {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
                    Files.delete(dir);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private void run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (ROOT) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.add(BIN.resolve(program).toString());
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output");
        Process p = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!p.waitFor(60, SECONDS) || p.exitValue() != 0) {
            p.destroyForcibly();
            throw new IOException(program + " failed: " + Files.readString(output));
        }
    }
}

package io.understudy.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A PostgreSQL server on this machine: a data directory and, while it runs, a process.
 *
 * <h2>Lifecycle</h2>
 * {@link #create} makes the data directory once; {@link #at} finds it again, from any later process. The server belongs to nobody: it goes on running when the
 * program that started it ends, also by Ctrl-C.
 *
 * <h2>Durability</h2>
 * fsync and full_page_writes are on. A killed server recovers at its next start.
 *
 * <h2>Threads</h2>
 * Safe for use by several threads as long as not two of them start and stop the same server at once.
 */
public final class PostgresServer {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration OLD_BACKENDS_LIMIT = Duration.ofSeconds(15);
    private static final int LOG_LINES = 12;
    private static final int LOG_BYTES_MAX = 64 * 1024;

    private final PostgresBinaries binaries;
    private final ServerUser user;
    private final Path directory;
    private final Path log;
    private final List<String> enter;

    private PostgresServer(PostgresBinaries binaries, ServerUser user, Path directory, Path log) {
        this(binaries, user, directory, log, List.of());
    }

    private PostgresServer(PostgresBinaries binaries, ServerUser user, Path directory, Path log, List<String> enter) {
        this.enter = List.copyOf(enter);
        this.binaries = binaries;
        this.user = user;
        this.directory = directory.toAbsolutePath();
        this.log = log.toAbsolutePath();
    }

    /**
     * Makes a data directory with superuser {@code postgres}; everybody has to log in with SCRAM-SHA-256. Does not start it.
     *
     * @param directory does not exist yet; its parent does
     * @param log where the server's messages go, appended
     * @throws IOException with the failed program's own words
     */
    public static PostgresServer create(Path directory, Path log, String password) throws IOException {
        ServerUser user = ServerUser.current();
        return create(PostgresBinaries.usual(user), user, directory, log, password);
    }

    /**
     * The same with a certain major version.
     *
     * @param major such as 14
     * @throws IOException also if there is no PostgreSQL of that version
     */
    public static PostgresServer create(Path directory, Path log, String password, int major) throws IOException {
        ServerUser user = ServerUser.current();
        return create(PostgresBinaries.ofMajor(user, major), user, directory, log, password);
    }

    private static PostgresServer create(
            PostgresBinaries binaries, ServerUser user, Path directory, Path log, String password) throws IOException {
        PostgresServer server = new PostgresServer(binaries, user, directory, log);
        DataDirectory.create(binaries, user, server.directory, password);
        return server;
    }

    /** The server in an existing data directory, running or not, with the programs of the version that made it. */
    public static PostgresServer at(Path directory, Path log) throws IOException {
        ServerUser user = ServerUser.current();
        PostgresBinaries binaries = PostgresBinaries.ofMajor(user, DataDirectory.major(directory));
        return new PostgresServer(binaries, user, directory, log);
    }

    /** The same server, started by a command that is put before the program's, such as what enters a network namespace. */
    public PostgresServer within(List<String> command) {
        return new PostgresServer(binaries, user, directory, log, command);
    }

    /** The major version, such as 18. */
    public int major() {
        return binaries.major();
    }

    /** What a server gets unless a start says otherwise. */
    public static Map<String, String> defaultSettings() {
        return Map.of(
                "listen_addresses", "127.0.0.1",
                "unix_socket_directories", "",
                "max_connections", "300",
                "max_prepared_transactions", "64",
                "shared_buffers", "128MB",
                "fsync", "on",
                "full_page_writes", "on",
                "log_line_prefix", "%m [%p] %u@%d ");
    }

    /**
     * Starts the server and returns when it accepts connections. Nothing happens if it runs already.
     *
     * @param port where it listens, 1..65535
     * @param settings added to (or instead of) {@link #defaultSettings()}; kept for {@link #start()}
     * @throws IOException with the last lines of the server's log if it does not start within 60 s
     */
    public void start(int port, Map<String, String> settings) throws IOException {
        Map<String, String> all = new TreeMap<>(defaultSettings());
        all.put("port", Integer.toString(port));
        all.putAll(settings);
        String text = all.entrySet().stream()
                .map(e -> e.getKey() + " = '" + e.getValue().replace("'", "''") + "'\n")
                .collect(Collectors.joining());
        Path file = directory.resolve(DataDirectory.SETTINGS_FILE);
        Files.writeString(file, text);
        user.own(file);
        start();
    }

    /** Starts the server again with the port and settings it had. */
    public void start() throws IOException {
        if (running()) {
            return;
        }
        if (!Files.exists(log)) {
            Files.createFile(log);
        }
        user.own(log);
        Instant giveUp = Instant.now().plus(OLD_BACKENDS_LIMIT);
        while (true) {
            long logSize = Files.size(log);
            Command.Result result = control("start", "-l", log.toString(), "-t", "" + START_LIMIT.toSeconds());
            if (result.exitCode() == 0) {
                return;
            }
            // A killed postmaster may not be reaped yet, and its backends may need a moment to notice that it is gone.
            String said = logSince(logSize);
            boolean predecessor = said.contains("pre-existing shared memory block")
                    || said.contains("lock file \"postmaster.pid\" already exists");
            if (!predecessor || Instant.now().isAfter(giveUp)) {
                throw new IOException("PostgreSQL in " + directory + " did not start:\n" + logTail());
            }
            pause();
        }
    }

    /** Ends the server in an orderly way, disconnecting clients; nothing happens if it does not run. */
    public void stop() throws IOException {
        if (!running()) {
            return;
        }
        Command.Result result = control("stop", "-m", "fast", "-t", "30");
        if (result.exitCode() != 0 && running()) {
            kill();
        }
    }

    /** Kills the server (SIGKILL), as a crash would end it, and returns when it is dead; nothing happens if it does not run. */
    public void kill() throws IOException {
        OptionalLong pid = pid();
        if (pid.isEmpty()) {
            return;
        }
        ProcessHandle.of(pid.getAsLong()).ifPresent(ProcessHandle::destroyForcibly);
        Instant giveUp = Instant.now().plus(OLD_BACKENDS_LIMIT);
        // By its state alone: what a process that is ending shows of its command line comes and goes.
        while (LinuxProcess.isAlive(pid.getAsLong())) {
            if (Instant.now().isAfter(giveUp)) {
                throw new IOException("PostgreSQL process " + pid.getAsLong() + " survives SIGKILL");
            }
            pause();
        }
    }

    /** Ends the server at once, its backends too, without a checkpoint: for data that nobody needs again. */
    void abandon() throws IOException {
        if (running()) {
            control("stop", "-m", "immediate", "-t", "30");
        }
    }

    /** Whether its postmaster is alive. */
    public boolean running() throws IOException {
        return pid().isPresent();
    }

    /** The process id of the running postmaster. */
    public OptionalLong pid() throws IOException {
        try (Stream<String> lines = Files.lines(directory.resolve("postmaster.pid"))) {
            OptionalLong pid = lines.limit(1).mapToLong(Long::parseLong).findFirst();
            // After a crash the file stays, and its number may be another process's by now.
            return pid.isPresent() && LinuxProcess.runs(pid.getAsLong(), directory) ? pid : OptionalLong.empty();
        } catch (NoSuchFileException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** The postmaster and all processes it has started, the postmaster first; empty if it does not run. */
    public List<Long> processes() throws IOException {
        OptionalLong pid = pid();
        if (pid.isEmpty()) {
            return List.of();
        }
        List<Long> all = new ArrayList<>(List.of(pid.getAsLong()));
        ProcessHandle.of(pid.getAsLong())
                .ifPresent(p -> p.descendants().map(ProcessHandle::pid).forEach(all::add));
        return all;
    }

    public Path directory() {
        return directory;
    }

    /** The last lines the server wrote. */
    public String logTail() throws IOException {
        if (!Files.exists(log)) {
            return "(no log)";
        }
        List<String> lines =
                logSince(Math.max(0, Files.size(log) - LOG_BYTES_MAX)).lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    private String logSince(long offset) throws IOException {
        try (var channel = Files.newByteChannel(log)) {
            channel.position(offset);
            ByteBuffer buffer = ByteBuffer.allocate(LOG_BYTES_MAX);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // read on
            }
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
        }
    }

    private Command.Result control(String action, String... arguments) throws IOException {
        List<String> command = Stream.of(
                        enter,
                        user.prefix(),
                        List.of(binaries.program("pg_ctl"), action, "-w", "-D", directory.toString()),
                        List.of(arguments))
                .flatMap(List::stream)
                .toList();
        return Command.run(command, "", START_LIMIT.plusSeconds(10));
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

package io.understudy.bench.contender;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that runs until closed; its output goes to a file. It ends with this process, too. */
final class Child implements AutoCloseable {
    private static final Duration END_LIMIT = Duration.ofSeconds(5);
    private static final String ACCOUNT = "postgres";

    private final Process process;
    private final Path log;
    private final Thread hook;

    private Child(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.hook = new Thread(() -> end(process), "end-" + log.getFileName());
        Runtime.getRuntime().addShutdownHook(hook);
    }

    static Child start(List<String> command, Path log) throws IOException {
        return new Child(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(log.toFile())
                        .start(),
                log);
    }

    /** The command run by a user that PostgreSQL's companions accept: they refuse root. */
    static List<String> unprivileged(List<String> command) {
        return isRoot()
                ? Stream.concat(Stream.of("runuser", "-u", ACCOUNT, "--"), command.stream())
                        .toList()
                : command;
    }

    /** Gives a directory with all in it to that user. */
    static void handOver(Path directory) throws IOException {
        if (isRoot()) {
            run(List.of("chown", "-R", ACCOUNT, directory.toString()));
        }
    }

    /** Runs a short program to its end. */
    static void run(List<String> command) throws IOException {
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String said = new String(p.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (p.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + " failed: " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Returns when the attempt succeeds. */
    void await(String what, Duration limit, Attempt attempt) throws IOException {
        Instant giveUp = Instant.now().plus(limit);
        while (true) {
            try {
                attempt.make();
                return;
            } catch (Exception e) {
                if (!process.isAlive() || Instant.now().isAfter(giveUp)) {
                    throw new IOException(what + " does not serve: " + e.getMessage() + "; it said: " + tail(), e);
                }
                pause();
            }
        }
    }

    /** Something that fails until it can be done. */
    interface Attempt {
        void make() throws Exception;
    }

    @Override
    public void close() {
        end(process);
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending anyway.
        }
    }

    private static void end(Process process) {
        List<ProcessHandle> below = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        below.forEach(ProcessHandle::destroyForcibly);
    }

    private String tail() throws IOException {
        List<String> lines = Files.readAllLines(log, java.nio.charset.StandardCharsets.ISO_8859_1);
        return String.join(" / ", lines.subList(Math.max(0, lines.size() - 6), lines.size()));
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

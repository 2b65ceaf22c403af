package io.understudy.demo.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the system's programs. */
final class Shell {
    private static final long LIMIT_SECONDS = 30;

    private Shell() {}

    /**
     * Runs a program to its end.
     *
     * @param line the program and its arguments, none of which has a space in it
     * @return what it printed
     * @throws IOException with that if it fails or does not end within 30 s
     */
    static String run(String line) throws IOException {
        return run(List.of(line.split(" ")), "");
    }

    /** The same with arguments of any kind, and an input. */
    static String run(List<String> command, String input) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " failed: " + output);
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command.getFirst(), e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** For clearing up: what fails is said on standard error, and clearing up goes on. */
    static void attempt(String line) {
        try {
            run(line);
        } catch (IOException e) {
            System.err.println("understudy: " + e.getMessage());
        }
    }

    /** For what may not be needed: a failure says nothing. */
    static void quietly(String line) {
        try {
            run(line);
        } catch (IOException e) {
            // As expected, perhaps.
        }
    }

    /** Whether there is such a program. */
    static boolean has(String program) {
        return Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin")
                .anyMatch(d -> Files.isExecutable(Path.of(d, program)));
    }
}

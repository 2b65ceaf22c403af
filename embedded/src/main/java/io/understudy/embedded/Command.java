package io.understudy.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a short-lived program, with English messages, and collects what it printed. */
final class Command {
    private static final int OUTPUT_BYTES_MAX = 64 * 1024;

    private Command() {}

    /** @param output standard output and error together, cut at 64 KiB from its end */
    record Result(int exitCode, String output) {}

    /**
     * @param input what the program reads from its standard input
     * @throws IOException if it cannot be started or does not end in time; it is killed then
     */
    static Result run(List<String> command, String input, Duration limit) throws IOException {
        // A file, not a pipe: a server started by the program inherits its output and would keep a pipe open for ever.
        Path output = Files.createTempFile("understudy-command", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // The program ended without reading; its exit code and output say why.
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw e;
                }
            }
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IOException(
                        command.getFirst() + " did not end within " + limit.toSeconds() + " s: " + tail(output));
            }
            return new Result(process.exitValue(), tail(output));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command.getFirst(), e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static String tail(Path output) throws IOException {
        byte[] bytes = Files.readAllBytes(output);
        int from = Math.max(0, bytes.length - OUTPUT_BYTES_MAX);
        return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8).strip();
    }
}

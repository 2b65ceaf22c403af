package io.understudy.adoption;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * PostgreSQL's own client programs, such as pg_dump.
 *
 * @param directory where they are; empty: on the search path
 */
public record Programs(String directory) {

    /**
     * Runs one to its end.
     *
     * @param login whose password it gets
     * @return what it printed
     * @throws IOException with its words, if it cannot be run or fails
     */
    List<String> run(Dsn login, String program, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(directory.isEmpty() ? program : Path.of(directory, program).toString());
        command.addAll(Arrays.asList(options));
        Path errors = Files.createTempFile("understudy-", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().put("PGPASSWORD", login.password());
            Process process;
            try {
                process = builder.start();
            } catch (IOException e) {
                throw new IOException(
                        command.getFirst() + " cannot be run (" + e.getMessage()
                                + "): it comes with PostgreSQL's client programs; say --programs DIR if it is not on the path",
                        e);
            }
            process.getOutputStream().close();
            List<String> lines =
                    process.inputReader(StandardCharsets.UTF_8).lines().toList();
            if (process.waitFor() != 0) {
                throw new IOException(
                        program + " failed: " + Files.readString(errors).strip());
            }
            return lines;
        } finally {
            Files.deleteIfExists(errors);
        }
    }
}

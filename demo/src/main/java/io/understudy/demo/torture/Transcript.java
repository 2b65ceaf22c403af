package io.understudy.demo.torture;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;

/** What one client sent and was answered, in a file, for whoever has to find out why. Used by one thread. */
final class Transcript implements Closeable {
    private final BufferedWriter file;
    private long statements;

    Transcript(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        this.file = Files.newBufferedWriter(file);
    }

    void sent(String sql) {
        statements++;
        write(LocalTime.now() + " > " + sql);
    }

    void answered(String answer) {
        write(LocalTime.now() + "   < " + answer);
    }

    /** How many statements were sent. */
    long statements() {
        return statements;
    }

    private void write(String line) {
        try {
            file.write(line);
            file.newLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

package io.understudy.embedded;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** PostgreSQL's client programs (psql, pgbench), where this machine has them installed: the embedded binaries come without. */
public final class ClientPrograms {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private ClientPrograms() {}

    /** The program of that name from the search path, else from the newest installed version. */
    public static Optional<Path> find(String name) {
        return Stream.concat(searchPath(), versions())
                .map(d -> d.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Stream<Path> searchPath() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(d -> !d.isEmpty())
                .map(Path::of);
    }

    private static Stream<Path> versions() {
        if (!Files.isDirectory(DEBIAN)) {
            return Stream.empty();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.sorted((a, b) -> b.compareTo(a)).map(v -> v.resolve("bin")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

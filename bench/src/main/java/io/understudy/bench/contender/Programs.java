package io.understudy.bench.contender;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs that are installed or not. */
final class Programs {
    private Programs() {}

    /**
     * Finds a program where the system's administrators' and users' programs are.
     *
     * @throws IOException that says how to get it
     */
    static Path find(String name) throws IOException {
        Optional<Path> found = Stream.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/sbin", "/bin")
                .map(d -> Path.of(d, name))
                .filter(Files::isExecutable)
                .findFirst();
        return found.orElseThrow(
                () -> new IOException(name + " is not installed (bench/peers install does it on Debian)"));
    }
}

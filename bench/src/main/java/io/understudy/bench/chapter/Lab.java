package io.understudy.bench.chapter;

import io.understudy.bench.contender.Arena;
import io.understudy.bench.contender.Direct;
import io.understudy.bench.contender.UnderstudyCluster;
import io.understudy.bench.load.PgBench;
import io.understudy.embedded.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where chapters measure: how thoroughly, and what they start. For one thread. Everything that still runs is ended by {@link #close}. */
public final class Lab implements AutoCloseable {
    private final boolean quick;
    private final Path directory;
    private final int port;
    private final Consumer<String> say;
    private @Nullable Arena arena;
    private int folders;

    /**
     * @param quick runs of seconds, to see that chapters work
     * @param directory for all files of contenders
     * @param port client port of the first node of every cluster
     */
    public Lab(boolean quick, Path directory, int port, Consumer<String> say) throws IOException {
        this.quick = quick;
        this.directory = directory.toAbsolutePath();
        this.port = port;
        this.say = say;
        if (!Files.exists(this.directory)) {
            Files.createDirectories(this.directory);
            Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    public boolean quick() {
        return quick;
    }

    /** One value for thorough runs, another one for quick ones. */
    <T> T pick(T thorough, T ifQuick) {
        return quick ? ifQuick : thorough;
    }

    int scale() {
        return pick(10, 1);
    }

    Duration run() {
        return Duration.ofSeconds(pick(10, 2));
    }

    int rounds() {
        return pick(5, 2);
    }

    void say(String line) {
        say.accept(line);
    }

    Consumer<String> progress() {
        return say;
    }

    public Path directory() {
        return directory;
    }

    int port() {
        return port;
    }

    /** All contenders, started when they are first asked for. */
    Arena arena() throws IOException {
        Arena open = arena;
        if (open == null) {
            open = Arena.open(folder(), port, scale(), say);
            arena = open;
        }
        return open;
    }

    /** Ends the contenders, for chapters that want the machine for themselves. */
    public void closeArena() throws IOException {
        Optional<Arena> open = Optional.ofNullable(arena);
        if (open.isPresent()) {
            arena = null;
            open.get().close();
        }
    }

    /** A new cluster of Understudy alone, with pgbench's tables; the caller closes it. */
    UnderstudyCluster cluster(int nodes, int scale) throws IOException {
        UnderstudyCluster cluster = UnderstudyCluster.start(folder(), nodes, port, say);
        try {
            PgBench.initialise(cluster.target(), scale);
            cluster.settle();
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** A plain server with pgbench's tables; the caller closes it. */
    Direct direct(int scale) throws IOException {
        Direct direct = Direct.start(folder());
        try {
            PgBench.initialise(direct.target(), scale);
            return direct;
        } catch (IOException | RuntimeException e) {
            direct.close();
            throw e;
        }
    }

    /** A new folder. */
    Path folder() throws IOException {
        Path folder = directory.resolve("run" + ++folders);
        Directories.delete(folder);
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return folder;
    }

    @Override
    public void close() throws IOException {
        closeArena();
        List<Path> made = new ArrayList<>();
        for (int i = 1; i <= folders; i++) {
            made.add(directory.resolve("run" + i));
        }
        for (Path folder : made) {
            Directories.delete(folder);
        }
    }
}

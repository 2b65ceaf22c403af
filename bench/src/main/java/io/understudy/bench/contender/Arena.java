package io.understudy.bench.contender;

import io.understudy.bench.load.PgBench;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** All contenders that this machine has, with pgbench's tables in each. For one thread. */
public final class Arena implements AutoCloseable {
    private final List<Contender> contenders = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final Consumer<String> say;

    private Arena(Consumer<String> say) {
        this.say = say;
    }

    /** Starts one that may not be there. */
    private interface Start {
        Contender start() throws IOException;
    }

    /**
     * Starts what can be started.
     *
     * @param port client port of Understudy's first node
     * @param scale of pgbench's tables
     */
    public static Arena open(Path directory, int port, int scale, Consumer<String> say) throws IOException {
        Arena arena = new Arena(say);
        try {
            Direct direct = Direct.start(directory.resolve("direct"));
            arena.contenders.add(direct);
            arena.add("bare relay", () -> BareRelay.start(directory.resolve("relay"), direct));
            arena.add("PgBouncer", () -> PgBouncer.start(directory.resolve("pgbouncer"), direct));
            arena.add("pgpool-II", () -> Pgpool.start(directory.resolve("pgpool")));
            arena.add("streaming", () -> Streaming.start(directory.resolve("streaming")));
            arena.contenders.add(UnderstudyCluster.start(directory.resolve("understudy"), 3, port, say));
            for (Contender c : arena.contenders) {
                if (!(c instanceof InFront)) {
                    say.accept("making pgbench's tables, scale " + scale + ", in " + c.name());
                    PgBench.initialise(c.target(), scale);
                    c.settle();
                }
            }
            return arena;
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    public List<Contender> contenders() {
        return List.copyOf(contenders);
    }

    /** Those that could not be started, with the reason. */
    public List<String> missing() {
        return List.copyOf(missing);
    }

    public UnderstudyCluster understudy() {
        Optional<UnderstudyCluster> found = contenders.stream()
                .filter(UnderstudyCluster.class::isInstance)
                .map(UnderstudyCluster.class::cast)
                .findFirst();
        return found.orElseThrow(() -> new IllegalStateException("Understudy does not run"));
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (Contender c : contenders.reversed()) {
            try {
                c.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        contenders.clear();
        if (failure != null) {
            throw failure;
        }
    }

    private void add(String name, Start start) {
        try {
            say.accept("starting " + name);
            contenders.add(start.start());
        } catch (IOException e) {
            say.accept("left out: " + name + ": " + e.getMessage());
            missing.add(name + ": " + e.getMessage());
        }
    }
}

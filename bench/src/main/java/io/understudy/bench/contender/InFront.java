package io.understudy.bench.contender;

import io.understudy.bench.load.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A program before the server of {@link Direct}, which clients connect to instead. */
public final class InFront implements Contender {
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Told told;
    private final Child process;
    private final Target target;
    private final Direct behind;

    /** What is said of it: see {@link Contender}. */
    record Told(String name, String pool, String remark) {}

    private InFront(Told told, Child process, Target target, Direct behind) {
        this.told = told;
        this.process = process;
        this.target = target;
        this.behind = behind;
    }

    /** Waits until it serves; ends it if it does not. */
    static InFront serving(Told told, Child process, Target target, Direct behind) throws IOException {
        try {
            process.await(told.name(), START_LIMIT, () -> target.connect().close());
            return new InFront(told, process, target, behind);
        } catch (IOException e) {
            process.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return told.name();
    }

    @Override
    public Target target() {
        return target;
    }

    @Override
    public List<Target> servers() {
        return behind.servers();
    }

    @Override
    public String pool() {
        return told.pool();
    }

    @Override
    public String remark() {
        return told.remark();
    }

    @Override
    public void close() {
        process.close();
    }
}

package io.understudy.consensus;

import io.microraft.executor.RaftNodeExecutor;
import io.understudy.log.Cut;
import io.understudy.log.LogBase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One node of a simulated cluster: the real engine and store over a simulated disk, executor, clock and network. */
final class SimulatedNode implements RaftEngine.Observer {
    static final StoreLimits STORE = new StoreLimits(1500, 400);
    static final EngineLimits LIMITS = new EngineLimits(70, 9, 6, 300, 2000, Duration.ofMillis(150));

    final String name;
    SimulatedDisk disk = new SimulatedDisk();
    private final SimulatedCluster cluster;
    private final World world;
    private @Nullable RaftEngine engine;
    private @Nullable DurableState state;
    private String life;
    private int run;
    private boolean alive;
    private long pausedUntil;
    private long busyUntil;
    /** What its database has applied; survives crashes, as the log's order is all that is tested here. */
    private long delivered;

    /** @param life empty if the cluster is formed of it */
    SimulatedNode(String name, String life, SimulatedCluster cluster) {
        this.name = name;
        this.life = life;
        this.cluster = cluster;
        this.world = cluster.world;
    }

    boolean alive() {
        return alive;
    }

    long delivered() {
        return delivered;
    }

    RaftEngine engine() {
        return Objects.requireNonNull(engine);
    }

    void start() {
        int thisRun = ++run;
        DurableState opened;
        pausedUntil = 0;
        busyUntil = 0;
        try {
            opened = DurableState.open(disk, cluster.settings(name, life), STORE, e -> failed(thisRun, e));
        } catch (IOException | RuntimeException e) {
            if (String.valueOf(e.getMessage()).contains("simulated failure")) {
                crash();
                return;
            }
            throw cluster.violation(name + " does not start: " + e, e);
        }
        alive = true;
        state = opened;
        RaftEngine receiver = new RaftEngine(
                LIMITS,
                opened,
                new Executor(thisRun),
                new RaftTime(world::nanos, Duration.ofMillis(1000)),
                new Random(world.random.nextLong()),
                (to, message) -> {
                    if (isRunning(thisRun)) {
                        cluster.sent(this, to, message);
                    }
                },
                this);
        engine = receiver;
        cluster.network.receiver(name, message -> hold(thisRun, () -> receiver.receive(message)));
        deliver(receiver.committed());
        receiver.start();
    }

    /** It comes again with nothing. */
    void beginAgain(String newLife) {
        if (alive) {
            crash();
        }
        disk = new SimulatedDisk();
        life = newLife;
        delivered = 0;
    }

    void change(MembershipChange change) {
        if (alive) {
            engine().change(change);
        }
    }

    String life() {
        return life;
    }

    /** kill -9 of the process and loss of power at once. */
    void crash() {
        run++;
        alive = false;
        cluster.network.gone(name);
        disk.crash(world.random);
    }

    void pause(long nanos) {
        pausedUntil = world.nanos() + nanos;
    }

    void propose(byte[] entry) {
        engine().propose(entry);
    }

    private boolean isRunning(int ofRun) {
        return alive && run == ofRun;
    }

    private void failed(int ofRun, IOException e) {
        if (!isRunning(ofRun)) {
            return;
        }
        if (!String.valueOf(e.getMessage()).contains("simulated")) {
            throw cluster.violation(name + ": store failed by itself: " + e, e);
        }
        crash();
    }

    /** Runs it now, or when the process is no longer paused. */
    private void hold(int ofRun, Runnable task) {
        if (!isRunning(ofRun)) {
            return;
        }
        if (pausedUntil > world.nanos()) {
            world.at(pausedUntil, () -> hold(ofRun, task));
            return;
        }
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            if (isRunning(ofRun)) {
                throw cluster.violation(name + ": a task failed: " + e, e);
            }
        }
    }

    @Override
    public void committed(long index) {
        if (alive) {
            deliver(index);
        }
    }

    private void deliver(long upTo) {
        try {
            while (delivered < upTo) {
                cluster.delivered(
                        this,
                        delivered + 1,
                        Objects.requireNonNull(state).entries().read(delivered + 1));
                delivered++;
            }
        } catch (IOException | RuntimeException e) {
            throw cluster.violation(name + " cannot read entry " + (delivered + 1) + ": " + e, e);
        }
    }

    @Override
    public void leadership(int term, String leader) {
        if (alive && leader.equals(name)) {
            cluster.leads(this, term);
        }
    }

    @Override
    public void membership() {}

    @Override
    public void removed() {
        int thisRun = run;
        world.after(0, () -> {
            if (isRunning(thisRun)) {
                cluster.toldRemoved(this);
                crash();
            }
        });
    }

    @Override
    public void voted(int term, String candidate) {}

    @Override
    public void restarted(long index) {
        if (!alive) {
            return;
        }
        LogBase base = Objects.requireNonNull(state).entries().base();
        cluster.begins(this, base);
        delivered = index;
        run++;
        cluster.network.gone(name);
        world.after(world.between(1_000_000, 500_000_000), () -> {
            if (alive) {
                start();
            }
        });
    }

    /** Cuts the log somewhere, if it can be cut. */
    void cut() {
        if (pausedUntil > world.nanos()) {
            return;
        }
        List<Cut> cuts =
                engine().cuts().stream().filter(c -> c.index() <= delivered).toList();
        EntryStore entries = Objects.requireNonNull(state).entries();
        if (!cuts.isEmpty()) {
            long index = cuts.get(world.random.nextInt(cuts.size())).index();
            try {
                entries.prepare(index, cluster.standsFor(index));
                engine().forget(index);
            } catch (IOException e) {
                failed(run, e);
            }
        }
    }

    private final class Executor implements RaftNodeExecutor {
        private final int ofRun;

        Executor(int ofRun) {
            this.ofRun = ofRun;
        }

        @Override
        public void execute(Runnable task) {
            busyUntil = Math.max(busyUntil, world.nanos()) + world.between(1_000, 40_000);
            world.at(busyUntil, () -> hold(ofRun, task));
        }

        @Override
        public void submit(Runnable task) {
            world.after(world.between(1_000, 2_000_000), () -> hold(ofRun, task));
        }

        @Override
        public void schedule(Runnable task, long delay, TimeUnit unit) {
            long nanos = (long) (unit.toNanos(delay) / (RaftTime.TIMEOUT_SECONDS * 1000.0 / 1000));
            world.after(nanos, () -> execute(task));
        }
    }

    List<String> view() {
        return cluster.names.stream()
                .filter(other -> cluster.node(other).alive
                        && (other.equals(name)
                                || cluster.network.reaches(name, other) && cluster.network.reaches(other, name)))
                .toList();
    }
}

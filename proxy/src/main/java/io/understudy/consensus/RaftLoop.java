package io.understudy.consensus;

import io.microraft.executor.RaftNodeExecutor;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's one thread. Tasks run in the order they came; those submitted for later (MicroRaft's fsyncs) wait until nothing else is to do, or a number of
 * other tasks has run, so that one fsync serves many appends. Its queue is bounded by what feeds it: the engine's bounds for proposals, one request at a
 * time for each other node.
 */
final class RaftLoop implements RaftNodeExecutor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RaftLoop.class);
    private static final int TASKS_BEFORE_LATER = 256;
    /** A task that takes longer (writing a large entry, a slow disk) is no time in which others were silent. */
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final LinkedTransferQueue<Runnable> tasks = new LinkedTransferQueue<>();
    private final LinkedTransferQueue<Runnable> later = new LinkedTransferQueue<>();
    private final ScheduledExecutorService timer;
    private final RaftTime time;
    private final Consumer<Throwable> onError;
    private final Thread thread;
    private volatile long begunNanos;
    private volatile boolean running;
    private volatile boolean closed;

    /** @param onError told of errors that leave the thread in an unknown state */
    RaftLoop(String node, RaftTime time, Consumer<Throwable> onError) {
        this.time = time;
        this.onError = onError;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("consensus-timer-" + node).factory());
        this.thread = Thread.ofPlatform().daemon().name("consensus-" + node).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void submit(Runnable task) {
        later.add(task);
        if (Thread.currentThread() != thread) {
            tasks.add(() -> {});
        }
    }

    @Override
    public void schedule(Runnable task, long delay, TimeUnit unit) {
        try {
            var unused = timer.schedule(() -> tasks.add(task), time.realNanos(delay, unit), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    private void run() {
        int sinceLater = 0;
        while (!closed) {
            Runnable task = sinceLater >= TASKS_BEFORE_LATER ? null : tasks.poll();
            if (task == null) {
                sinceLater = 0;
                task = later.poll();
            }
            try {
                Runnable next = task == null ? tasks.take() : task;
                long begun = System.nanoTime();
                begunNanos = begun;
                running = true;
                next.run();
                sinceLater++;
                long busy = System.nanoTime() - begun;
                if (busy > STALL_NANOS) {
                    time.stalled(busy);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("A consensus task failed", e);
            } catch (Error e) {
                onError.accept(e);
            } finally {
                running = false;
            }
        }
    }

    /** For how long the task that runs now has been running; zero if none does. For any thread. */
    Duration busyFor() {
        long begun = begunNanos;
        return running ? Duration.ofNanos(System.nanoTime() - begun) : Duration.ZERO;
    }

    /** Stops without running what is queued; waits at most a second for the task that is running. */
    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        tasks.add(() -> {});
        if (Thread.currentThread() != thread) {
            try {
                thread.join(1000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

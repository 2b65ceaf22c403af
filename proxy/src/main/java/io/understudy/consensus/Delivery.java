package io.understudy.consensus;

import io.understudy.log.StatementLog;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Hands committed entries to the listener on a thread of its own, in order, each once. It reads them from the store, so a slow listener holds up nothing
 * and nothing is queued for it.
 */
final class Delivery implements AutoCloseable {
    private final EntryStore entries;
    private final StatementLog.Listener listener;
    private final Consumer<Throwable> onError;
    private final Thread thread;
    private volatile long committed;
    private volatile boolean closed;

    Delivery(
            String node,
            EntryStore entries,
            long fromIndex,
            StatementLog.Listener listener,
            Consumer<Throwable> onError) {
        this.entries = entries;
        this.listener = listener;
        this.onError = onError;
        this.thread = Thread.ofPlatform().daemon().name("delivery-" + node).unstarted(() -> run(fromIndex));
    }

    void start() {
        thread.start();
    }

    /** Called by one thread. */
    void committed(long index) {
        if (index > committed) {
            committed = index;
            LockSupport.unpark(thread);
        }
    }

    private void run(long fromIndex) {
        try {
            for (long next = fromIndex; !closed; next++) {
                while (next > committed && !closed) {
                    LockSupport.park(this);
                }
                if (!closed) {
                    listener.committed(next, entries.read(next));
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            if (!closed) {
                onError.accept(e);
            }
        }
    }

    /** Waits at most a second for the listener to return. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        if (Thread.currentThread() != thread) {
            try {
                thread.join(1000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

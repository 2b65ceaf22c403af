package io.understudy.node;

import io.understudy.event.EventLog;
import io.understudy.replay.LogRetention;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the log within its limits, on a thread of its own: that may take long. For any thread. */
final class LogCutting implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogCutting.class);

    private final LogRetention retention;
    private final EventLog events;
    private final Thread thread;
    private long durable;
    private long looked;

    LogCutting(LogRetention retention, EventLog events) {
        this.retention = retention;
        this.events = events;
        this.thread = Thread.ofPlatform().name("log-retention").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** The database has so much for good. */
    synchronized void durable(long index) {
        durable = Math.max(durable, index);
        notifyAll();
    }

    private synchronized long next() throws InterruptedException {
        while (durable <= looked) {
            wait();
        }
        looked = durable;
        return looked;
    }

    private void run() {
        try {
            while (true) {
                cut(next());
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void cut(long index) {
        try {
            OptionalLong removed = retention.apply(index);
            removed.ifPresent(to -> events.add(
                    "log", "entries up to " + to + " are removed from this node's log", Map.of("index", to)));
        } catch (IOException | RuntimeException e) {
            LOG.warn("the log could not be cut and grows for now", e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}

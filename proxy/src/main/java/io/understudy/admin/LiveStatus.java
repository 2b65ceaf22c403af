package io.understudy.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the cluster several times a second while somebody watches, once a second otherwise, and keeps the {@link History}.
 *
 * <h2>Threads</h2>
 * One of its own looks; any may wait for news.
 */
final class LiveStatus implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveStatus.class);
    private static final long LOOK_MILLIS = 200;

    private final ClusterView cluster;
    private final Clock clock;
    private final History history = new History();
    private final ObjectMapper mapper = new ObjectMapper();
    private final Thread thread =
            Thread.ofPlatform().name("live-status").daemon().unstarted(this::run);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Condition watched = lock.newCondition();
    private int watchers;
    private String shown = "";
    private StatusReport before;
    private long version;
    private volatile boolean closed;

    LiveStatus(ClusterView cluster, Clock clock) {
        this.cluster = cluster;
        this.clock = clock;
        this.before = StatusReport.of(cluster.snapshot(), clock.instant());
    }

    /** A status as JSON, and its number; the same number means nothing has changed. */
    record Shown(long version, String json) {}

    void start() {
        thread.start();
    }

    History history() {
        return history;
    }

    boolean isClosed() {
        return closed;
    }

    void watching(boolean begins) {
        lock.lock();
        try {
            watchers += begins ? 1 : -1;
            watched.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is another status than that one, it has been closed, or the time is over. */
    Shown await(long versionSeen, long millisMax) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = millisMax * 1_000_000;
            while (version == versionSeen && !closed && left > 0) {
                left = news.awaitNanos(left);
            }
            return new Shown(version, shown);
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        long sampled = 0;
        while (!closed) {
            try {
                StatusReport report = StatusReport.of(cluster.snapshot(), clock.instant());
                long now = System.nanoTime() / 1_000_000;
                if (now - sampled >= History.PERIOD_MILLIS || sampled == 0) {
                    sampled = now;
                    history.add(clock.millis(), report.nodes());
                }
                show(report);
                pause(Math.max(1, sampled + History.PERIOD_MILLIS - now));
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | JsonProcessingException e) {
                LOG.warn("the status could not be shown", e);
            }
        }
    }

    private void show(StatusReport report) throws JsonProcessingException {
        // The time alone is no news; a page that has heard nothing for a while gets the newest anyway.
        boolean same = report.sameAs(before);
        String json = mapper.writeValueAsString(report);
        before = report;
        lock.lock();
        try {
            shown = json;
            if (!same || version == 0) {
                version++;
                news.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Who begins to watch ends it. */
    private void pause(long untilSampleMillis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long millis = watchers > 0 ? Math.min(LOOK_MILLIS, untilSampleMillis) : untilSampleMillis;
            var unused = watched.awaitNanos(millis * 1_000_000);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        lock.lock();
        try {
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

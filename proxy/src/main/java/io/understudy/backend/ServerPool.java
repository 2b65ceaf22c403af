package io.understudy.backend;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.pool.HikariPool;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pooled connections of one key. Permits bound the leases, so a lease that waits inside HikariCP waits for a connection that is being made, and
 * learns at once if that fails.
 */
final class ServerPool {
    private static final Logger LOG = LoggerFactory.getLogger(ServerPool.class);

    /** For so long a failed attempt answers for those that come after it, lest a dead server be hammered. */
    private static final long FAILURE_HOLDS_NANOS = Duration.ofMillis(50).toNanos();

    private static final long SLICE_MILLIS_MIN = 4;

    private static final long SLICE_MILLIS_MAX = 32;

    private final Key key;
    private final PoolLimits limits;
    private final Connector connector;
    private final Room room;
    private final Set<Backend> open;
    private final ScheduledExecutorService scheduler;
    private final Map<String, String> settings;
    private final Semaphore permits;
    private final ReentrantLock replacing = new ReentrantLock();
    private final List<HikariPool> retired = new CopyOnWriteArrayList<>();
    private volatile HikariPool pool;
    private volatile @Nullable Failure failure;
    private volatile boolean closed;
    /** What its newest connection was told at its start. */
    private volatile Map<String, String> told = Map.of();

    private volatile long usedNanos = System.nanoTime();

    /** Leases with equal keys share connections. */
    record Key(ServerAddress server, Login login, Map<String, String> startupSettings, Access access) {}

    /** Grants room for a connection to the pool's server. */
    interface Room {
        void enter() throws BackendUnavailable;

        void leave();
    }

    private record Failure(long atNanos, BackendUnavailable why) {}

    /** @param open where connections are noted as long as they are open */
    ServerPool(
            Key key,
            PoolLimits limits,
            Connector connector,
            Room room,
            Set<Backend> open,
            ScheduledExecutorService scheduler) {
        this.key = key;
        this.limits = limits;
        this.connector = connector;
        this.room = room;
        this.open = open;
        this.scheduler = scheduler;
        this.settings = key.access().over(key.startupSettings());
        // In turn: where more wait than there are connections, those who come back at once would keep the others out
        // for good.
        this.permits = new Semaphore(limits.perPool(), true);
        this.pool = newPool();
    }

    private HikariPool newPool() {
        HikariConfig c = new HikariConfig();
        c.setPoolName(key.server().host() + "/" + key.server().port() + "/"
                + key.login().user());
        c.setDataSource(new PoolSource(this::open));
        c.setMaximumPoolSize(limits.perPool());
        c.setMinimumIdle(0);
        c.setIdleTimeout(Math.max(limits.idle().toMillis(), 10_000));
        c.setKeepaliveTime(0);
        c.setInitializationFailTimeout(-1);
        c.setScheduledExecutor(scheduler);
        c.setThreadFactory(Thread.ofVirtual().name("connect-", 0).factory());
        c.validate();
        return new HikariPool(c);
    }

    private Connection open() throws SQLException {
        try {
            room.enter();
            boolean entered = false;
            try {
                Backend b = connector.connect(key.server(), key.login(), settings);
                entered = true;
                failure = null;
                told = Map.copyOf(b.parameters());
                open.add(b);
                return PooledConnection.of(b, () -> {
                    open.remove(b);
                    room.leave();
                });
            } finally {
                if (!entered) {
                    room.leave();
                }
            }
        } catch (BackendUnavailable e) {
            failure = new Failure(System.nanoTime(), e);
            throw new SQLTransientException(e.getMessage(), e.sqlState(), e);
        }
    }

    /** @return null if the pool was closed meanwhile and another must be asked */
    @Nullable
    Backend lease(Duration waitMax) throws IOException {
        long start = System.nanoTime();
        usedNanos = start;
        if (!acquire(waitMax)) {
            throw BackendUnavailable.exhausted(key.server(), key.login().user(), limits.perPool(), waitMax.toMillis());
        }
        boolean leased = false;
        try {
            if (closed) {
                return null;
            }
            Backend b = borrow(start, start + waitMax.toNanos());
            leased = true;
            return b;
        } finally {
            if (!leased) {
                permits.release();
            }
        }
    }

    private boolean acquire(Duration waitMax) throws InterruptedIOException {
        try {
            return permits.tryAcquire(waitMax.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private Backend borrow(long start, long deadline) throws IOException {
        Failure before = failure;
        if (before != null && start - before.atNanos < FAILURE_HOLDS_NANOS && pool.getTotalConnections() == 0) {
            throw before.why.again();
        }
        // in slices, because HikariCP goes on trying in silence when a connection cannot be made
        for (long slice = SLICE_MILLIS_MIN; ; slice = Math.min(2 * slice, SLICE_MILLIS_MAX)) {
            HikariPool p = pool;
            try {
                Connection c = p.getConnection(slice);
                Backend b = c.unwrap(PooledConnection.class).backend();
                if (b.usable()) {
                    b.begin(new PoolLease(p, c));
                    return b;
                }
                b.close();
                p.evictConnection(c);
            } catch (SQLException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw interrupted();
                }
                Failure f = failure;
                if (f != null && f != before) {
                    startAfresh(p, f.why);
                    throw f.why.again();
                }
                if (System.nanoTime() - deadline >= 0) {
                    throw f != null
                            ? f.why.again()
                            : BackendUnavailable.unreachable(key.server(), new IOException("no connection in time"));
                }
            }
        }
    }

    /**
     * HikariCP's thread waits ever longer after failures, even when the server is back. So a pool that cannot connect is replaced, unless the server
     * is there and only wants no more connections than the pool has.
     */
    private void startAfresh(HikariPool failed, BackendUnavailable why) {
        boolean down = !why.fromServer() || why.sqlState().startsWith("57P");
        replacing.lock();
        try {
            if (pool == failed && !closed && (down || failed.getTotalConnections() == 0)) {
                pool = newPool();
                retired.add(failed);
                Thread.startVirtualThread(this::sweepRetired);
            }
        } finally {
            replacing.unlock();
        }
    }

    /** Closes what was replaced, as soon as its last connection has come back. */
    void sweepRetired() {
        for (HikariPool p : retired) {
            p.softEvictConnections();
            if (p.getTotalConnections() == 0 && retired.remove(p)) {
                shutdown(p);
            }
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for a connection");
    }

    /** What its server tells at the start of a connection; empty if there is one to be had, which can be asked. */
    Optional<Map<String, String>> toldIfBusy() {
        return permits.availablePermits() > 0 || told.isEmpty() ? Optional.empty() : Optional.of(told);
    }

    int waiting() {
        return permits.getQueueLength();
    }

    Key key() {
        return key;
    }

    long usedNanos() {
        return usedNanos;
    }

    int connections() {
        return pool.getTotalConnections();
    }

    /** Closes idle connections, and those in use when they come back: all that are leased from now on are new ones. */
    void renew() {
        pool.softEvictConnections();
    }

    int idle() {
        return pool.getIdleConnections();
    }

    Servers.PoolUse use() {
        return new Servers.PoolUse(
                key.server(),
                key.login().user(),
                limits.perPool() - permits.availablePermits(),
                idle(),
                waiting() + pool.getThreadsAwaitingConnection(),
                limits.perPool());
    }

    /** Closes the pool if nobody uses it and it has no connections. */
    boolean closeIfUnused() {
        if (connections() > 0 || !retired.isEmpty() || !permits.tryAcquire(limits.perPool())) {
            return false;
        }
        closed = true;
        permits.release(limits.perPool());
        close();
        return true;
    }

    void close() {
        replacing.lock();
        try {
            closed = true;
            shutdown(pool);
            retired.forEach(ServerPool::shutdown);
        } finally {
            replacing.unlock();
        }
    }

    private static void shutdown(HikariPool pool) {
        try {
            pool.shutdown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.debug("interrupted while closing {}", pool);
        }
    }

    /** Gives a connection back to the HikariCP pool it came from. */
    private final class PoolLease implements Backend.Lease {
        private final HikariPool from;
        private final Connection connection;

        PoolLease(HikariPool from, Connection connection) {
            this.from = from;
            this.connection = connection;
        }

        @Override
        public void release(Backend backend) {
            String readOnly = backend.parameters().get("default_transaction_read_only");
            if (readOnly != null && !key.access().holds(readOnly)) {
                backend.close();
                discard(backend);
                return;
            }
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.debug("giving back {} failed", connection, e);
            } finally {
                permits.release();
            }
        }

        @Override
        public void discard(Backend backend) {
            try {
                from.evictConnection(connection);
            } finally {
                permits.release();
            }
        }
    }
}

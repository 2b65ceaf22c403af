package io.understudy.backend;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * All connections of a node, to its own server, the other nodes' servers and their proxies.
 *
 * <h2>Threads</h2>
 * Any. One platform thread serves the clocks of all pools.
 *
 * <h2>Lifecycle</h2>
 * Pools come with their first lease and go some time after their last connection; {@link #close} closes everything.
 */
public final class Servers implements AutoCloseable {
    private static final Duration ROOM_WAIT_MAX = Duration.ofMillis(500);
    private static final Duration SWEEP = Duration.ofSeconds(10);
    private static final int JDBC_CONNECTIONS_MAX = 4;
    private static final int JDBC_ANSWER_SECONDS_MAX = 20;

    private final PoolLimits limits;
    private final ServerEncryption encryption;
    private final Connector connector;
    private final ScheduledExecutorService scheduler;
    private final Map<ServerPool.Key, ServerPool> pools = new ConcurrentHashMap<>();
    private final Map<ServerAddress, Semaphore> rooms = new ConcurrentHashMap<>();
    private final Set<Backend> open = ConcurrentHashMap.newKeySet();
    private final List<HikariDataSource> jdbc = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    public Servers(PoolLimits limits) {
        this(limits, ServerEncryption.NONE, ServerEncryption.NONE);
    }

    /**
     * @param encryption of connections to PostgreSQL servers
     * @param proxies of those to other nodes' proxies
     */
    public Servers(PoolLimits limits, ServerEncryption encryption, ServerEncryption proxies) {
        this.limits = limits;
        this.encryption = encryption;
        this.connector = new Connector(encryption, proxies, limits.connectTimeout(), limits.loginTimeout());
        this.scheduler = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("pools").factory());
        scheduler.scheduleWithFixedDelay(this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Takes a connection, an idle one if there is one (about a microsecond), else a new one.
     *
     * @param startupSettings the session's settings from its first moment, which RESET goes back to; the same map object as often as possible
     * @param waitMax how long to wait for a connection
     * @throws BackendUnavailable if the server cannot be reached or refuses (with its own error fields), or 53300 if all connections stay in use
     */
    public Backend lease(
            ServerAddress server, Login login, Map<String, String> startupSettings, Access access, Duration waitMax)
            throws IOException {
        ServerPool.Key key = new ServerPool.Key(server, login, Map.copyOf(startupSettings), access);
        while (!closed) {
            ServerPool pool = pools.get(key);
            if (pool == null) {
                pool = pools.computeIfAbsent(key, this::newPool);
            }
            Backend b = pool.lease(waitMax);
            if (b != null) {
                return b;
            }
            pools.remove(key, pool);
        }
        throw BackendUnavailable.unreachable(server, new IOException("the node is shutting down"));
    }

    /** What that server tells at the start of such connections, if all of them are in use; empty if one can be had, or none is known. */
    public Optional<Map<String, String>> toldIfBusy(
            ServerAddress server, Login login, Map<String, String> startupSettings, Access access) {
        ServerPool pool = pools.get(new ServerPool.Key(server, login, Map.copyOf(startupSettings), access));
        return pool == null ? Optional.empty() : pool.toldIfBusy();
    }

    /** Whether anyone waits for a pooled connection. */
    public boolean anyoneWaits() {
        for (ServerPool pool : pools.values()) {
            if (pool.waiting() > 0) {
                return true;
            }
        }
        return false;
    }

    /** How many wait now for a pooled connection of that role to that server. */
    public int waiting(ServerAddress server, String user) {
        return pools.values().stream()
                .filter(p -> p.key().server().equals(server)
                        && p.key().login().user().equals(user))
                .mapToInt(ServerPool::waiting)
                .sum();
    }

    /**
     * Opens a connection for one user alone, outside all pools; {@link Backend#release} and {@link Backend#discard} close it.
     *
     * @param startupSettings sent as they are, and nothing else
     */
    public Backend connect(ServerAddress server, Login login, Map<String, String> startupSettings)
            throws BackendUnavailable {
        return alone(connector.connect(server, login, startupSettings));
    }

    /** The same, to another node's proxy. */
    public Backend connectToProxy(ServerAddress proxy, Login login, Map<String, String> startupSettings)
            throws BackendUnavailable {
        return alone(connector.connectToProxy(proxy, login, startupSettings));
    }

    private Backend alone(Backend b) {
        open.add(b);
        b.begin(new Backend.Lease() {
            @Override
            public void release(Backend backend) {
                open.remove(backend);
                backend.close();
            }

            @Override
            public void discard(Backend backend) {
                open.remove(backend);
            }
        });
        return b;
    }

    /**
     * That server is known to be lost: every connection to it is closed, so that whoever waits for its answer or for a connection, perhaps for ever, gets an {@link IOException} now. Leases stay open until their holders
     * end them; new ones may be taken at once.
     */
    public void abandon(ServerAddress server) {
        giveUpConnecting(server);
        for (Backend b : open) {
            if (b.server().equals(server)) {
                b.abort();
            }
        }
    }

    /** No connection that is there now is leased any more; leases stay open until their holders end them. */
    public void renew() {
        pools.values().forEach(ServerPool::renew);
    }

    /** Who waits for a new connection to that server is told now that it cannot be reached; open connections stay. */
    public void giveUpConnecting(ServerAddress server) {
        connector.giveUp(server);
    }

    /**
     * Ordinary JDBC for what the node itself asks its server: read-write sessions, a few at most, closed when idle, with a short bound on connecting and one on every answer.
     * Lives as long as this.
     */
    public DataSource jdbc(
            ServerAddress server, String user, String password, String database, String applicationName) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(Connector.url(server, database));
        Properties tls = encryption.forDriver();
        source.setSslMode(PGProperty.SSL_MODE.getOrDefault(tls));
        source.setSslRootCert(PGProperty.SSL_ROOT_CERT.getOrDefault(tls));
        source.setUser(user);
        source.setPassword(password);
        source.setApplicationName(applicationName);
        source.setGssEncMode("disable");
        source.setConnectTimeout(1);
        source.setSocketTimeout(JDBC_ANSWER_SECONDS_MAX);
        source.setTcpKeepAlive(true);
        source.setOptions("-c default_transaction_read_only=off");
        HikariConfig c = new HikariConfig();
        c.setPoolName(applicationName + " " + server.host() + "/" + server.port());
        c.setDataSource(source);
        c.setMaximumPoolSize(JDBC_CONNECTIONS_MAX);
        c.setMinimumIdle(0);
        c.setIdleTimeout(Math.max(limits.idle().toMillis(), 10_000));
        c.setKeepaliveTime(0);
        c.setConnectionTimeout(3_000);
        c.setInitializationFailTimeout(-1);
        c.setScheduledExecutor(scheduler);
        c.setThreadFactory(Thread.ofVirtual().name("connect-", 0).factory());
        HikariDataSource d = new HikariDataSource(c);
        jdbc.add(d);
        return d;
    }

    /** For others who connect by JDBC on their own. */
    public String jdbcUrl(ServerAddress server, String database, String applicationName) {
        String parameters = encryption.forDriver().entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue().toString(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return Connector.url(server, database) + "?connectTimeout=2&ApplicationName="
                + URLEncoder.encode(applicationName, StandardCharsets.UTF_8) + "&" + parameters;
    }

    /**
     * Connections that leases of one kind share, as they are now.
     *
     * @param waiting who waits for one
     */
    public record PoolUse(ServerAddress server, String user, int inUse, int idle, int waiting, int max) {}

    /** Every pool. */
    public List<PoolUse> uses() {
        return pools.values().stream().map(ServerPool::use).toList();
    }

    /** Pools there are now. */
    int pools() {
        return pools.size();
    }

    private ServerPool newPool(ServerPool.Key key) {
        return new ServerPool(key, limits, connector, new ServerRoom(key), open, scheduler);
    }

    private void sweep() {
        long now = System.nanoTime();
        for (ServerPool p : pools.values()) {
            p.sweepRetired();
            if (now - p.usedNanos() > limits.idle().toNanos() && p.closeIfUnused()) {
                pools.remove(p.key(), p);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        pools.values().forEach(ServerPool::close);
        pools.clear();
        jdbc.forEach(HikariDataSource::close);
        scheduler.shutdownNow();
    }

    /** A place among the connections to one server. */
    private final class ServerRoom implements ServerPool.Room {
        private final ServerPool.Key key;
        private final Semaphore places;

        ServerRoom(ServerPool.Key key) {
            this.key = key;
            this.places = rooms.computeIfAbsent(key.server(), s -> new Semaphore(limits.perServer()));
        }

        @Override
        public void enter() throws BackendUnavailable {
            if (places.tryAcquire()) {
                return;
            }
            pools.values().stream()
                    .filter(p ->
                            p.key().server().equals(key.server()) && !p.key().equals(key) && p.idle() > 0)
                    .min(Comparator.comparingLong(ServerPool::usedNanos))
                    .ifPresent(ServerPool::renew);
            try {
                if (places.tryAcquire(ROOM_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw BackendUnavailable.exhausted(key.server(), "*", limits.perServer(), ROOM_WAIT_MAX.toMillis());
        }

        @Override
        public void leave() {
            places.release();
        }
    }
}

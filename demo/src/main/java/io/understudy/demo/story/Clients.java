package io.understudy.demo.story;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.understudy.demo.cluster.LocalCluster;
import java.sql.Connection;
import java.sql.SQLException;

/** An application's pool of connections to a cluster: HikariCP over the Understudy driver, set up as an application would, by URL. Safe for use by many threads. */
final class Clients implements AutoCloseable {
    /** Enough for every client of {@link Workload} at once, and for a migration. */
    private static final int CONNECTIONS_MAX = Workload.CLIENTS + 2;

    private static final long WAIT_MILLIS = 5_000;

    private final String url;
    private final HikariDataSource pool;

    /**
     * Opens no connection yet.
     *
     * @param url of the JDBC driver, without user and password
     */
    Clients(String url, String user, String password) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setPoolName("order-entry");
        config.setMaximumPoolSize(CONNECTIONS_MAX);
        config.setConnectionTimeout(WAIT_MILLIS);
        // The cluster may not be there yet.
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("ApplicationName", "understudy-demo");
        config.addDataSourceProperty("socketTimeout", "15");
        config.addDataSourceProperty("understudy.nodeTimeoutMs", "2000");
        this.url = url;
        this.pool = new HikariDataSource(config);
    }

    static Clients of(LocalCluster cluster) {
        return new Clients(cluster.jdbcUrl(), "postgres", cluster.password());
    }

    Connection connect() throws SQLException {
        return pool.getConnection();
    }

    /** Of the JDBC driver, without user and password. */
    String url() {
        return url;
    }

    String user() {
        return pool.getUsername();
    }

    String password() {
        return pool.getPassword();
    }

    /** What a pool does after its connections' maximum lifetime, now: they are opened anew, at all nodes there are by then. */
    void renew() {
        pool.getHikariPoolMXBean().softEvictConnections();
    }

    @Override
    public void close() {
        pool.close();
    }

    @Override
    public String toString() {
        return url;
    }
}

package io.understudy.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * The driver for {@code jdbc:understudy://host1:port1,host2:port2,…/database?name=value&…}. Every property of pgjdbc can be given, and those of {@link UnderstudyProperty}. Registers itself with
 * {@link DriverManager}. Safe for use by many threads.
 */
public final class UnderstudyDriver implements Driver {
    private static final int MAJOR = 0;
    private static final int MINOR = 1;
    private static final Clusters CLUSTERS = new Clusters();
    private static final org.postgresql.Driver PGJDBC = new org.postgresql.Driver();

    static {
        try {
            DriverManager.registerDriver(new UnderstudyDriver());
        } catch (SQLException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** For {@link java.util.ServiceLoader}. */
    public UnderstudyDriver() {}

    /** @return whether the URL begins with {@code jdbc:understudy:} */
    @Override
    public boolean acceptsURL(@Nullable String url) {
        return UnderstudyUrl.accepts(url);
    }

    /**
     * Opens a connection at one of the URL's nodes, or another one of its cluster.
     *
     * @return an {@link UnderstudyConnection}; null if the URL is not this driver's
     * @throws SQLException 08001 if the URL is broken or no node gives a connection, 22023 if a property has no valid value, or what the node says
     */
    @Override
    public @Nullable Connection connect(String url, @Nullable Properties info) throws SQLException {
        return acceptsURL(url) ? open(UnderstudyUrl.parse(url, info)) : null;
    }

    static UnderstudyConnection open(UnderstudyUrl url) throws SQLException {
        Settings settings = Settings.of(url.properties());
        Cluster cluster = CLUSTERS.use(url);
        try {
            Connector connector = new Connector(url, settings, cluster);
            Link link = connector.open(loginLimit(url.properties()));
            return WrappedConnection.around(new Session(link, cluster, settings, url, connector::open));
        } finally {
            cluster.leave();
        }
    }

    /** The shared state of a data source, for a look or a change while no connection need be open. */
    static Cluster cluster(UnderstudyUrl url) {
        Cluster cluster = CLUSTERS.use(url);
        cluster.leave();
        return cluster;
    }

    private static Duration loginLimit(Properties p) throws SQLException {
        String seconds = PGProperty.LOGIN_TIMEOUT.getOrDefault(p);
        if (seconds == null || seconds.equals("0")) {
            return Duration.ofSeconds(DriverManager.getLoginTimeout());
        }
        try {
            return Duration.ofMillis((long) (Double.parseDouble(seconds) * 1000));
        } catch (NumberFormatException e) {
            throw new SQLException(
                    "Property loginTimeout is \"" + seconds + "\" and must be a number of seconds", "22023", e);
        }
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, @Nullable Properties info) throws SQLException {
        UnderstudyUrl parsed = UnderstudyUrl.parse(url, info);
        List<DriverPropertyInfo> all = new ArrayList<>();
        for (UnderstudyProperty p : UnderstudyProperty.values()) {
            all.add(p.info(parsed.properties()));
        }
        all.addAll(List.of(PGJDBC.getPropertyInfo("jdbc:postgresql:", parsed.properties())));
        return all.toArray(new DriverPropertyInfo[0]);
    }

    @Override
    public int getMajorVersion() {
        return MAJOR;
    }

    @Override
    public int getMinorVersion() {
        return MINOR;
    }

    /** @return false, as pgjdbc */
    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger("io.understudy.jdbc");
    }
}

package io.understudy.jdbc;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.core.BaseConnection;

/** Opens a pgjdbc connection at one address and looks who answers there. */
final class NodeLogin {
    /** SQLSTATE when a server answers that is no node, or another one than expected: the address is wrong. */
    static final String NOT_A_NODE = "08004";

    private static final Driver PGJDBC = new Driver();
    private static final int TCP_SECONDS_MAX = 2;

    private final UnderstudyUrl url;
    private final Settings settings;
    private final Cluster cluster;

    NodeLogin(UnderstudyUrl url, Settings settings, Cluster cluster) {
        this.url = url;
        this.settings = settings;
        this.cluster = cluster;
    }

    BaseConnection at(Address address, Duration limit) throws SQLException {
        Connection c =
                PGJDBC.connect("jdbc:postgresql://" + address + "/" + encoded(url.database()), properties(limit));
        if (c == null) {
            throw new SQLException("pgjdbc does not take " + address, "08001");
        }
        boolean good = false;
        try {
            check(address, c.unwrap(BaseConnection.class));
            good = true;
            return c.unwrap(BaseConnection.class);
        } finally {
            if (!good) {
                c.close();
            }
        }
    }

    private void check(Address address, BaseConnection c) throws SQLException {
        String node = c.getParameterStatus(Session.NODE);
        if (node == null && !settings.plainServers()) {
            throw new SQLException(
                    address
                            + " is a PostgreSQL server and no node of Understudy. What is written there would not be replicated."
                            + " Use the port of the node's proxy, by default " + Address.DEFAULT_PORT
                            + "; for tests without a cluster set " + UnderstudyProperty.PLAIN_SERVERS.key() + "=allow",
                    NOT_A_NODE);
        }
        String expected = cluster.nodes().expected(address);
        if (!expected.isEmpty() && !expected.equals(node)) {
            throw new SQLException(
                    "at " + address + " answers " + (node == null ? "a server that is no node" : "node " + node)
                            + ", not node " + expected + " as the cluster told",
                    NOT_A_NODE);
        }
    }

    /** pgjdbc's, as the application gave them, and what makes a node report. */
    private Properties properties(Duration limit) {
        Properties p = new Properties();
        for (String name : url.properties().stringPropertyNames()) {
            if (!name.startsWith(UnderstudyProperty.PREFIX)) {
                p.setProperty(name, url.properties().getProperty(name));
            }
        }
        // Ours to do: pgjdbc sees one host at a time.
        p.remove(PGProperty.TARGET_SERVER_TYPE.getName());
        p.remove(PGProperty.LOAD_BALANCE_HOSTS.getName());
        p.setProperty(PGProperty.LOGIN_TIMEOUT.getName(), Double.toString(limit.toMillis() / 1000.0));
        long tcp = Math.max(1, Math.min(TCP_SECONDS_MAX, limit.toSeconds()));
        p.putIfAbsent(PGProperty.CONNECT_TIMEOUT.getName(), Long.toString(tcp));
        p.putIfAbsent(PGProperty.TCP_KEEP_ALIVE.getName(), "true");
        String options = p.getProperty(PGProperty.OPTIONS.getName(), "");
        long token = cluster.token(settings.causality());
        String consistency = settings.consistency();
        p.setProperty(
                PGProperty.OPTIONS.getName(),
                (options + " -c understudy.report=on"
                                + (consistency.isEmpty() ? "" : " -c understudy.consistency=" + consistency)
                                + (token > 0 ? " -c understudy.token=" + token : ""))
                        .strip());
        return p;
    }

    private static String encoded(String database) {
        return URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

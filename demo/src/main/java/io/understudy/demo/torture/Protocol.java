package io.understudy.demo.torture;

import io.understudy.demo.cluster.LocalNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** The ways in which a client may talk to a server. */
enum Protocol {
    SIMPLE("simple", 5),
    EXTENDED("extended", 5),
    /** Prepared at the server, and in binary, from the first time on. */
    PREPARED("extended", -1),
    /** Everything is prepared at the server, statements without parameters too. */
    CACHING("extendedCacheEverything", 1);

    private final String queryMode;
    private final int prepareThreshold;

    Protocol(String queryMode, int prepareThreshold) {
        this.queryMode = queryMode;
        this.prepareThreshold = prepareThreshold;
    }

    Connection connect(LocalNode node, String user, String password) throws SQLException {
        Properties p = new Properties();
        p.setProperty("user", user);
        p.setProperty("password", password);
        p.setProperty("preferQueryMode", queryMode);
        p.setProperty("prepareThreshold", Integer.toString(prepareThreshold));
        p.setProperty("allowEncodingChanges", "true");
        p.setProperty("connectTimeout", "10");
        // Longer than any wait of the cluster's own: what takes longer hangs.
        p.setProperty("socketTimeout", "60");
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + node.clientPort() + "/postgres", p);
    }
}

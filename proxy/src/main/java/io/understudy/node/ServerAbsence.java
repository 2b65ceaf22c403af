package io.understudy.node;

import io.understudy.backend.Servers;
import io.understudy.catalog.CatalogCache;
import io.understudy.config.NodeConfig;
import io.understudy.execution.MasterTransactions;
import io.understudy.replay.ApplyLoop;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done when this node's PostgreSQL does not answer any more, and when it is back. */
record ServerAbsence(
        NodeConfig config,
        Servers servers,
        MasterTransactions transactions,
        ApplyLoop loop,
        LocalServer local,
        CatalogCache catalog,
        Runnable changed) {
    private static final Logger LOG = LoggerFactory.getLogger(ServerAbsence.class);

    void begins(String why) {
        transactions.serverLost(why);
        servers.abandon(NodeAddresses.server(config));
        loop.reconnect(why);
        changed.run();
    }

    /** What a crash may have taken is found out by the apply loop. */
    void ends() {
        try {
            local.readCatalog();
        } catch (SQLException e) {
            LOG.warn("the catalog could not be read", e);
            catalog.invalidate();
        }
        changed.run();
    }
}

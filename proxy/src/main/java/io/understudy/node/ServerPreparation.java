package io.understudy.node;

import io.understudy.catalog.UnsuitableServerException;
import io.understudy.config.NodeConfig;
import io.understudy.event.EventLog;
import io.understudy.execution.MasterTransactions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has to be done in the node's PostgreSQL server before the log can be applied there; tried until the server is there. */
final class ServerPreparation {
    private static final Logger LOG = LoggerFactory.getLogger(ServerPreparation.class);
    private static final Duration PAUSE = Duration.ofMillis(300);

    private final NodeConfig config;
    private final LocalServer local;
    private final MasterTransactions transactions;
    private final ServerHealth health;
    private final EventLog events;

    ServerPreparation(
            NodeConfig config,
            LocalServer local,
            MasterTransactions transactions,
            ServerHealth health,
            EventLog events) {
        this.config = config;
        this.local = local;
        this.transactions = transactions;
        this.health = health;
        this.events = events;
    }

    /**
     * Returns when it is done.
     *
     * @param over whether the node has ended meanwhile
     * @return whether it was done
     * @throws UnsuitableServerException if it never can be
     */
    boolean run(BooleanSupplier over) throws UnsuitableServerException {
        try {
            while (!over.getAsBoolean()) {
                if (prepared()) {
                    return true;
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private boolean prepared() throws UnsuitableServerException {
        try {
            local.migrate();
            transactions.secret(local.takeOver());
            local.readCatalog();
            if (local.adopting()) {
                events.add(
                        "adoption",
                        "the database is being adopted: others may write into it directly, and no node can be added, until understudy adopt --finish");
            }
            return true;
        } catch (SQLException e) {
            health.lost(String.valueOf(e.getMessage()));
            LOG.warn("PostgreSQL {} is not ready: {}", config.postgres(), e.getMessage());
            return false;
        } catch (UnsuitableServerException e) {
            LOG.error("PostgreSQL {} cannot serve: {}", config.postgres(), e.getMessage());
            events.add("postgres", "cannot serve: " + e.getMessage());
            throw e;
        }
    }
}

package io.understudy.node;

import io.understudy.catalog.CatalogCache;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.execution.CommitProtocol;
import io.understudy.execution.MasterGate;
import io.understudy.execution.PendingAppends;
import io.understudy.replay.AppliedIndex;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must happen now and then: telling the others how far this node is, proposing again what was lost, a fresh catalog, a small capture table. */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration STATUS_MAX = Duration.ofMillis(100);
    private static final Duration CATALOG_EVERY = Duration.ofMillis(20);
    private static final Duration SEQUENCES_EVERY = Duration.ofMillis(250);
    private static final Duration VACUUM_EVERY = Duration.ofSeconds(5);
    private static final Duration WITNESS_EVERY = Duration.ofSeconds(2);

    private final PendingAppends pendings;
    private final CommitProtocol protocol;
    private final LocalServer local;
    private final MasterGate gate;
    private final ClusterState cluster;
    private final ReplicatedLog log;
    private final CatalogCache catalog;
    private final AppliedIndex applied;
    private final Optional<WitnessLog> witness;
    private final Thread telling;
    private final Thread chores;
    private volatile boolean closed;

    Housekeeping(
            PendingAppends pendings,
            CommitProtocol protocol,
            LocalServer local,
            MasterGate gate,
            ClusterState cluster,
            ReplicatedLog log,
            CatalogCache catalog,
            AppliedIndex applied,
            Optional<WitnessLog> witness) {
        this.witness = witness;
        this.pendings = pendings;
        this.protocol = protocol;
        this.local = local;
        this.gate = gate;
        this.cluster = cluster;
        this.log = log;
        this.catalog = catalog;
        this.applied = applied;
        this.telling = Thread.ofPlatform().name("status").daemon().unstarted(this::tell);
        this.chores =
                Thread.ofPlatform().name("chores").daemon().unstarted(witness.isPresent() ? this::witness : this::work);
    }

    void start() {
        telling.start();
        chores.start();
    }

    private void tell() {
        try {
            while (!closed) {
                log.publish(cluster.status());
                applied.await(applied.applied() + 1, STATUS_MAX);
                Thread.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void witness() {
        try {
            while (!closed) {
                witness.ifPresent(WitnessLog::look);
                Thread.sleep(WITNESS_EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        long vacuumed = System.nanoTime();
        long sequences = vacuumed;
        try {
            while (!closed) {
                Thread.sleep(CATALOG_EVERY);
                pendings.repeatLost();
                if (!catalog.isNewest()) {
                    readCatalog();
                }
                if (gate.isOpen() && System.nanoTime() - sequences > SEQUENCES_EVERY.toNanos()) {
                    logSequences();
                    sequences = System.nanoTime();
                }
                if (gate.epoch() > 0 && System.nanoTime() - vacuumed > VACUUM_EVERY.toNanos()) {
                    local.vacuumCapture();
                    vacuumed = System.nanoTime();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void logSequences() {
        try {
            protocol.logRestingSequences();
        } catch (SQLException e) {
            LOG.debug("sequences could not be read", e);
        }
    }

    private void readCatalog() throws InterruptedException {
        try {
            local.readCatalog();
        } catch (SQLException e) {
            LOG.debug("the catalog could not be read", e);
            Thread.sleep(200);
        }
    }

    @Override
    public void close() {
        closed = true;
        telling.interrupt();
        chores.interrupt();
    }
}

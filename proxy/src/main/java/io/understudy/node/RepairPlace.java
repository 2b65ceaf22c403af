package io.understudy.node;

import io.understudy.catalog.UnsuitableServerException;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.execution.MasterTransactions;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.repair.Quarantine;
import io.understudy.repair.Resync;
import io.understudy.replay.AppliedRows;
import io.understudy.replay.DdlHistory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;

/** This node, to the resync of its database. */
final class RepairPlace implements Resync.Place {
    private static final Duration KNOWN_MAX = Duration.ofSeconds(20);

    private final NodeConfig config;
    private final ReplicatedLog log;
    private final LocalServer local;
    private final MasterTransactions transactions;
    private final Quarantine quarantine;

    RepairPlace(
            NodeConfig config,
            ReplicatedLog log,
            LocalServer local,
            MasterTransactions transactions,
            Quarantine quarantine) {
        this.config = config;
        this.log = log;
        this.local = local;
        this.transactions = transactions;
        this.quarantine = quarantine;
    }

    @Override
    public AppliedRows.Counting counting() {
        return (index, xid) -> {
            awaitCommitted(index);
            return EntryCodec.decodeWithoutChunks(log.read(index)) instanceof Entry.Transaction t && t.xid() == xid;
        };
    }

    /** The other node may have applied what this one has not heard of yet. */
    private void awaitCommitted(long index) throws IOException {
        long deadline = System.nanoTime() + KNOWN_MAX.toNanos();
        while (log.committedIndex() < index) {
            if (System.nanoTime() > deadline) {
                throw new IOException("entry " + index + " of the log does not arrive here");
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("closed while waiting for the log");
            }
        }
    }

    @Override
    public DdlHistory history() {
        return new DdlHistory(log);
    }

    @Override
    public void setUp() throws IOException {
        try {
            local.migrate();
            transactions.secret(local.renewSecret());
        } catch (SQLException | UnsuitableServerException e) {
            throw new IOException("the emptied database could not be set up: " + e.getMessage(), e);
        }
    }

    @Override
    public String nodeRole() {
        return config.postgres().user();
    }

    @Override
    public Consumer<String> progress() {
        return quarantine::progress;
    }
}

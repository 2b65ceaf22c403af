package io.understudy.node;

import io.understudy.catalog.UnsuitableServerException;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.execution.MasterTransactions;
import io.understudy.repair.Quarantine;
import io.understudy.repair.Resync;
import io.understudy.replay.AppliedRows;
import io.understudy.replay.ApplyLoop;
import io.understudy.replay.DdlHistory;
import java.io.IOException;
import java.sql.SQLException;
import java.util.function.Consumer;

/** This node, to the resync of its database. */
final class RepairPlace implements Resync.Place {
    private final NodeConfig config;
    private final ReplicatedLog log;
    private final ApplyLoop loop;
    private final LocalServer local;
    private final MasterTransactions transactions;
    private final Quarantine quarantine;

    RepairPlace(
            NodeConfig config,
            ReplicatedLog log,
            ApplyLoop loop,
            LocalServer local,
            MasterTransactions transactions,
            Quarantine quarantine) {
        this.config = config;
        this.log = log;
        this.loop = loop;
        this.local = local;
        this.transactions = transactions;
        this.quarantine = quarantine;
    }

    @Override
    public AppliedRows.Executed executed() {
        return loop.executed();
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

package io.understudy.node;

import io.understudy.admin.OrderRefusedException;
import io.understudy.admin.VerificationRunner;
import io.understudy.config.NodeConfig;
import io.understudy.consensus.ReplicatedLog;
import io.understudy.event.EventLog;
import io.understudy.execution.MasterGate;
import io.understudy.execution.PendingAppends;
import java.util.Optional;
import java.util.UUID;

/** Comparisons of all nodes at one index. */
final class VerificationRuns implements VerificationRunner {
    VerificationRuns(
            NodeConfig config,
            UUID process,
            ReplicatedLog log,
            NodeApplyConnections connections,
            MasterGate gate,
            PendingAppends pendings,
            EventLog events) {}

    void point(UUID point, long index) {}

    @Override
    public String start() throws OrderRefusedException {
        throw new OrderRefusedException("not joined yet");
    }

    @Override
    public Optional<Verification> result(String id) {
        return Optional.empty();
    }
}

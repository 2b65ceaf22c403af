package io.understudy.node;

import io.understudy.admin.Settling;
import io.understudy.execution.MasterTransactions;
import io.understudy.log.StatementLog;
import io.understudy.log.TransactionToken;
import io.understudy.replay.Mastership;
import io.understudy.replay.OutcomeSearch;
import io.understudy.replay.OutcomeSearch.Outcome;
import io.understudy.topology.NodeStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Whether a transaction committed, asked at any node.
 *
 * <p>It did if its entry is in the log and counts. It never will if a newer epoch is in the log without its entry before; or, while its own epoch lasts, if the one process that can still propose its entry
 * says that the transaction is over, and its entry is not in the log up to what that process then knew to be committed. Such a process never keeps an entry for later: whoever leaves it has been
 * judged, or was not proposed.
 *
 * <p>Safe for use by many threads.
 */
final class Outcomes implements Settling {
    private static final Duration SETTLE_MAX = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final UUID process;
    private final StatementLog log;
    private final ClusterState cluster;
    private final LongSupplier judged;
    private final MasterTransactions transactions;
    private final PeerApi peers;
    private final Changes changes;

    Outcomes(
            UUID process,
            StatementLog log,
            ClusterState cluster,
            LongSupplier judged,
            MasterTransactions transactions,
            PeerApi peers,
            Changes changes) {
        this.process = process;
        this.log = log;
        this.cluster = cluster;
        this.judged = judged;
        this.transactions = transactions;
        this.peers = peers;
        this.changes = changes;
    }

    /** See {@link io.understudy.session.NodeServices#committed}. */
    Optional<Boolean> committed(TransactionToken token, Duration waitMax) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + waitMax.toNanos();
        OutcomeSearch search = new OutcomeSearch(log, token);
        OptionalLong over = OptionalLong.empty();
        while (true) {
            Outcome found = search.upTo(log.committedIndex());
            if (found != Outcome.OPEN) {
                return Optional.of(found == Outcome.COMMITTED);
            }
            if (over.isPresent() && search.searched() >= over.getAsLong()) {
                return Optional.of(false);
            }
            if (over.isEmpty()) {
                over = settledAtMaster(token);
            }
            changes.await(PAUSE);
            if (System.nanoTime() >= deadline) {
                return Optional.empty();
            }
        }
    }

    private OptionalLong settledAtMaster(TransactionToken token) throws InterruptedException {
        Mastership m = cluster.assigned();
        if (m.epoch() == token.epoch()) {
            if (m.process().equals(process)) {
                return settle(token);
            }
            NodeStatus master = cluster.peer(m.node());
            if (master != null && master.process().equals(m.process())) {
                try {
                    PeerApi.Answer answer =
                            peers.post(master, "/api/v1/transactions/" + token + "/settle", SETTLE_MAX.plusSeconds(2));
                    if (answer.status() == 200) {
                        return OptionalLong.of(answer.body().path("index").asLong());
                    }
                } catch (IOException e) {
                    // lost, perhaps: then the next epoch is about to begin
                }
            }
        }
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong settle(TransactionToken token) {
        Mastership m = cluster.assigned();
        boolean mine = m.epoch() == token.epoch() && m.process().equals(process);
        if (!mine || judged.getAsLong() < token.after() || !transactions.settle(token.id(), SETTLE_MAX)) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(log.committedIndex());
    }
}

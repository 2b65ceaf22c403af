package io.understudy.execution;

import io.understudy.capture.Outside;
import io.understudy.wire.ErrorFields;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Statements that run outside of transactions now, such as CREATE INDEX CONCURRENTLY, and their place among the schema changes of transactions.
 *
 * <p>They hold no lock from their end in PostgreSQL to their entry. A transaction that changed the schema and may have seen one's end waits for its entry; an entry is made only when the schema changes
 * that were on their way to the log are in the database, so that it says what is true at its place. Two of them are logged in the order in which they came to their end.
 *
 * <p>Safe for use by many threads.
 */
final class OutsideStatements {
    private static final Logger LOG = LoggerFactory.getLogger(OutsideStatements.class);
    private static final long PAUSE_MILLIS = 2;
    private static final long UNDO_AGAIN_MILLIS = 200;

    private final MasterGate gate;
    private final NodeDatabase database;
    private final Map<UUID, CountDownLatch> running = new ConcurrentHashMap<>();
    private final Set<WriteTransaction> passing = ConcurrentHashMap.newKeySet();
    private volatile Outside notes = new Outside("");

    OutsideStatements(MasterGate gate, NodeDatabase database) {
        this.gate = gate;
        this.database = database;
    }

    void secret(String secret) {
        notes = new Outside(secret);
    }

    Outside notes() {
        return notes;
    }

    void begins(WriteTransaction t) {
        running.put(t.id(), new CountDownLatch(1));
    }

    /** Its entry is in the log, or it has none. */
    void settled(WriteTransaction t) {
        CountDownLatch latch = running.remove(t.id());
        if (latch != null) {
            latch.countDown();
        }
    }

    /**
     * Before a transaction that changed the schema is appended, after its last lock.
     *
     * @throws CommitFailure 57P03 if it waited too long
     */
    void pass(WriteTransaction t, Duration waitMax) throws CommitFailure, InterruptedException {
        passing.removeIf(p -> !gate.isInside(p));
        while (true) {
            passing.add(t);
            Set<UUID> before = finished(OptionalLong.empty());
            if (before.isEmpty()) {
                return;
            }
            passing.remove(t);
            await(before, waitMax);
        }
    }

    /** After a statement has come to its end, before it is known what its entry says. */
    void finish(WriteTransaction t, Duration waitMax) throws CommitFailure, InterruptedException {
        await(finished(order(t)), waitMax);
        Set<WriteTransaction> onTheirWay = Set.copyOf(passing);
        long deadline = System.nanoTime() + waitMax.toNanos();
        while (onTheirWay.stream().anyMatch(p -> passing.contains(p) && gate.isInside(p))) {
            if (System.nanoTime() > deadline) {
                throw late();
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /** Those running that have come to their end in the database, before that one if it is given. */
    private Set<UUID> finished(OptionalLong order) throws CommitFailure {
        if (running.isEmpty()) {
            return Set.of();
        }
        try {
            Set<UUID> ended = database.finishedOutside(order.orElse(Long.MAX_VALUE));
            ended.retainAll(running.keySet());
            return ended;
        } catch (SQLException e) {
            throw new CommitFailure(ErrorFields.error(
                    "57P03", "this node's PostgreSQL does not answer: " + e.getMessage(), CommitProtocol.RETRY));
        }
    }

    private OptionalLong order(WriteTransaction t) throws CommitFailure {
        try {
            return OptionalLong.of(database.orderOutside(t.id()));
        } catch (SQLException e) {
            throw new CommitFailure(ErrorFields.error(
                    "57P03", "this node's PostgreSQL does not answer: " + e.getMessage(), "It is undone; retry."));
        }
    }

    private void await(Set<UUID> others, Duration waitMax) throws CommitFailure, InterruptedException {
        for (UUID id : others) {
            CountDownLatch latch = running.get(id);
            if (latch != null && !latch.await(waitMax.toNanos(), TimeUnit.NANOSECONDS)) {
                throw late();
            }
        }
    }

    private static CommitFailure late() {
        return new CommitFailure(ErrorFields.error(
                "57P03", "another schema change was not confirmed by a majority in time", CommitProtocol.RETRY));
    }

    /** Puts back what was before a statement that has no entry; where that does not go at once, goes on trying beside the caller for as long as this mastership lasts. @return whether it is done */
    boolean undo(WriteTransaction t) {
        boolean undone = tryUndo(t);
        if (!undone) {
            Thread.startVirtualThread(() -> {
                try {
                    do {
                        Thread.sleep(UNDO_AGAIN_MILLIS);
                    } while (gate.epoch() == t.epoch() && !tryUndo(t));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    settled(t);
                }
            });
        } else {
            settled(t);
        }
        return undone;
    }

    private boolean tryUndo(WriteTransaction t) {
        try {
            database.undoOutside(t.id());
            return true;
        } catch (SQLException e) {
            LOG.warn("what {} left is not undone yet: {}", t.id(), e.getMessage());
            return false;
        }
    }
}

package io.understudy.execution;

import io.understudy.backend.ServerError;
import io.understudy.capture.LargeCapture;
import io.understudy.execution.PendingAppend.Verdict;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.Form;
import io.understudy.wire.ErrorFields;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Logs what a large transaction changed, chunk by chunk, ahead of its entry. Chunks without that entry mean nothing, so until then the transaction can still be rolled back.
 *
 * <h2>Memory</h2>
 * So many chunks are on their way at a time, of all transactions together; the next one is read only when there is room for it.
 *
 * <p>Safe for use by many threads.
 */
final class ChunkedAppend {
    private static final int ON_THEIR_WAY_MAX = 8;

    private final UUID process;
    private final PendingAppends pendings;
    private final Semaphore room = new Semaphore(ON_THEIR_WAY_MAX, true);

    ChunkedAppend(UUID process, PendingAppends pendings) {
        this.process = process;
        this.pendings = pendings;
    }

    /**
     * Returns when the node's own ordered delivery has said of every chunk that it is valid.
     *
     * @param waitMax how long to wait for the log to take one
     * @throws CommitFailure the log does not take them; the transaction is to be rolled back
     */
    Form.Chunks append(WriteTransaction t, LargeCapture capture, Duration waitMax)
            throws IOException, ServerError, CommitFailure, InterruptedException {
        Deque<PendingAppend> onTheirWay = new ArrayDeque<>();
        List<Long> indexes = new ArrayList<>();
        try {
            int number = 0;
            while (true) {
                if (!room.tryAcquire(waitMax.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw noMajority();
                }
                PendingAppend p = propose(t, capture, number);
                if (p == null) {
                    break;
                }
                number++;
                onTheirWay.add(p);
                while (!onTheirWay.isEmpty() && onTheirWay.element().judged()) {
                    indexes.add(index(onTheirWay.element(), waitMax));
                    onTheirWay.remove();
                }
            }
            while (!onTheirWay.isEmpty()) {
                indexes.add(index(onTheirWay.element(), waitMax));
                onTheirWay.remove();
            }
            capture.finish();
            return new Form.Chunks(indexes);
        } finally {
            onTheirWay.forEach(p -> pendings.rejected(p.id(), "its transaction was rolled back"));
        }
    }

    /** Reads and proposes the next chunk, in the room that was got for it; null if there is none, and then the room is free again. */
    private @Nullable PendingAppend propose(WriteTransaction t, LargeCapture capture, int number)
            throws IOException, ServerError, CommitFailure {
        boolean proposed = false;
        try {
            if (t.doomed() != null) {
                throw new CommitFailure(CommitProtocol.doomed(t));
            }
            List<Form.Part> parts = capture.next();
            if (parts.isEmpty()) {
                return null;
            }
            UUID id = UUID.randomUUID();
            Entry.Chunk chunk = new Entry.Chunk(id, process, t.epoch(), t.id(), number, parts);
            PendingAppend p = pendings.propose(id, t.epoch(), EntryCodec.encode(chunk), () -> {});
            proposed = true;
            p.whenJudged(room::release);
            return p;
        } finally {
            if (!proposed) {
                room.release();
            }
        }
    }

    private static long index(PendingAppend p, Duration waitMax) throws CommitFailure, InterruptedException {
        try {
            return switch (p.awaitVerdict(waitMax)) {
                case Verdict.Valid v -> v.index();
                case Verdict.Rejected r -> throw new CommitFailure(CommitProtocol.rejected(r));
            };
        } catch (TimeoutException e) {
            throw noMajority();
        }
    }

    private static CommitFailure noMajority() {
        return new CommitFailure(ErrorFields.error(
                "57P03",
                "no majority of the cluster has confirmed a part of this transaction in time",
                CommitProtocol.RETRY));
    }
}

package io.understudy.consensus;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the leader for its commit index, confirmed by a majority (read index, section 6.4 of Ongaro's dissertation on Raft). One question is under way at a time: who asks meanwhile shares the next one, for the
 * answer to a question that was sent before says nothing of what was committed since. Safe for use by many threads.
 */
final class ReadIndexes {
    private final LongConsumer send;
    private long asked;
    private @Nullable CompletableFuture<Long> underWay;
    private @Nullable CompletableFuture<Long> next;

    /**
     * @param send sends the question of that number, which may be lost, and sees to it that {@link #gaveUp} is called some time later
     * @param first number that no earlier run of this node's process has used: answers to it may still be on their way
     */
    ReadIndexes(LongConsumer send, long first) {
        this.send = send;
        this.asked = first - 1;
    }

    /** An index that is no lower than that of any commit acknowledged before; fails if nobody can tell in time. */
    CompletableFuture<Long> ask() {
        CompletableFuture<Long> mine;
        long number;
        synchronized (this) {
            if (underWay != null) {
                if (next == null) {
                    next = new CompletableFuture<>();
                }
                return next;
            }
            mine = new CompletableFuture<>();
            underWay = mine;
            number = ++asked;
        }
        send.accept(number);
        return mine;
    }

    /** The leader answered the question of that number. */
    void answered(long number, long index) {
        CompletableFuture<Long> question = end(number);
        if (question != null) {
            question.complete(index);
        }
    }

    /** The question of that number has had time enough. */
    void gaveUp(long number) {
        CompletableFuture<Long> question = end(number);
        if (question != null) {
            question.completeExceptionally(new TimeoutException("no leader confirmed its commit index"));
        }
    }

    /** Ends it if it is the one under way, and sends the next one if that is waited for. */
    private @Nullable CompletableFuture<Long> end(long number) {
        CompletableFuture<Long> ended;
        boolean more;
        long following;
        synchronized (this) {
            if (number != asked || underWay == null) {
                return null;
            }
            ended = underWay;
            underWay = next;
            more = next != null;
            next = null;
            following = more ? ++asked : asked;
        }
        if (more) {
            send.accept(following);
        }
        return ended;
    }
}

package io.understudy.replay;

import io.understudy.log.Cut;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.StatementLog;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the oldest part of the log when it is larger, or older, than is to be kept, but nothing that this node's own database does not have for good. Other nodes that need what is gone are set up
 * from another one's database. Each node does so by itself. Not safe for use by several threads.
 */
public final class LogRetention {
    private static final Logger LOG = LoggerFactory.getLogger(LogRetention.class);

    /** Not every entry has a time. */
    private static final long ENTRIES_LOOKED_AT_MAX = 1000;

    private final StatementLog log;
    private final long bytesMax;
    private final Duration ageMax;
    private final Clock clock;

    /**
     * @param bytesMax the oldest entries go while there are more
     * @param ageMax older ones go too
     */
    public LogRetention(StatementLog log, long bytesMax, Duration ageMax, Clock clock) {
        this.log = log;
        this.bytesMax = bytesMax;
        this.ageMax = ageMax;
        this.clock = clock;
    }

    /**
     * Removes what need not be kept any more. May read much of the log.
     *
     * @param durable what this node's database has for good
     * @return up to where entries were removed, if any were
     * @throws IOException if the log cannot be read, or what stands for the removed part cannot be written; then nothing is removed
     */
    public OptionalLong apply(long durable) throws IOException {
        List<Cut> possible =
                log.cuts().stream().filter(c -> c.index() <= durable).toList();
        Optional<Cut> cut = last(possible, Long.MAX_VALUE);
        while (cut.isPresent()) {
            long index = cut.get().index();
            RemovedPrefix removed = RemovedPrefix.of(log.base());
            removed.extend(log, index);
            OptionalLong needed = removed.chunks().oldest(index);
            if (needed.isEmpty()) {
                log.truncate(index, removed.encode());
                LOG.info("entries up to {} are removed from the log", index);
                return OptionalLong.of(index);
            }
            cut = last(possible, needed.getAsLong() - 1);
        }
        return OptionalLong.empty();
    }

    /** The last one by which only goes what is too much or too old. */
    private Optional<Cut> last(List<Cut> possible, long atMost) throws IOException {
        long oldest = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant().minus(ageMax));
        Optional<Cut> last = Optional.empty();
        for (Cut c : possible) {
            boolean may = c.index() <= atMost && (c.bytesLeft() >= bytesMax || isOlder(c.index(), oldest));
            if (!may) {
                break;
            }
            last = Optional.of(c);
        }
        return last;
    }

    /** By the last transaction up to there, whose time is that of its master's clock. */
    private boolean isOlder(long index, long micros) throws IOException {
        for (long i = index; i >= Math.max(log.firstIndex(), index - ENTRIES_LOOKED_AT_MAX); i--) {
            if (EntryCodec.decodeWithoutChunks(log.read(i)) instanceof Entry.Transaction t) {
                return t.commitMicros() < micros;
            }
        }
        return false;
    }
}

package io.understudy.election;

import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.StatementLog;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Finds in the log what elections left there. */
final class LogSearch {
    private static final int ASSIGNMENTS_MAX = 100;
    private static final long ENTRIES_MAX = 1_000_000;
    private static final long NEIGHBOURS_MAX = 2_000;

    private final StatementLog log;

    LogSearch(StatementLog log) {
        this.log = log;
    }

    /** A valid assignment. */
    record Assignment(long index, Entry.MasterAssigned entry) {}

    /**
     * The assignments in ({@code after}, {@code to}] that count, oldest first; at most the last {@value #ASSIGNMENTS_MAX}.
     *
     * @param epoch that was current after {@code after}
     */
    List<Assignment> assignments(long after, long epoch, long to) throws IOException {
        List<Assignment> all = new ArrayList<>();
        long first = Math.max(Math.max(after + 1, log.firstIndex()), to - ENTRIES_MAX);
        for (long index = to; index >= first && all.size() < ASSIGNMENTS_MAX; index--) {
            byte[] bytes = log.read(index);
            if (EntryCodec.isMasterAssigned(bytes) && EntryCodec.decode(bytes) instanceof Entry.MasterAssigned m) {
                all.add(new Assignment(index, m));
            }
        }
        Collections.reverse(all);
        boolean complete = first == after + 1 && all.size() < ASSIGNMENTS_MAX;
        // Where the beginning is not known, the first one found gives the epoch.
        long current =
                complete || all.isEmpty() ? epoch : all.getFirst().entry().epoch() - 1;
        List<Assignment> valid = new ArrayList<>();
        for (Assignment a : all) {
            if (a.entry().epoch() == current + 1) {
                valid.add(a);
                current++;
            }
        }
        return valid;
    }

    /** When the last transaction before that index was proposed; empty if none is near. */
    Optional<Instant> lastWriteBefore(long index) throws IOException {
        long first = Math.max(log.firstIndex(), index - NEIGHBOURS_MAX);
        for (long i = index - 1; i >= first; i--) {
            if (EntryCodec.decodeWithoutChunks(log.read(i)) instanceof Entry.Transaction t) {
                return Optional.of(instant(t.commitMicros()));
            }
        }
        return Optional.empty();
    }

    /** When the first transaction of that epoch was proposed; empty if none follows soon after that index. */
    Optional<Instant> firstWriteAfter(long index, long epoch) throws IOException {
        long last = Math.min(log.committedIndex(), index + NEIGHBOURS_MAX);
        for (long i = index + 1; i <= last; i++) {
            if (EntryCodec.decodeWithoutChunks(log.read(i)) instanceof Entry.Transaction t && t.epoch() == epoch) {
                return Optional.of(instant(t.commitMicros()));
            }
        }
        return Optional.empty();
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}

package io.understudy.demo.story;

import io.understudy.demo.fault.WriteHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the clients saw. Safe for use by many threads. */
final class Tally {
    private final LongAdder writes = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final Map<Integer, LongAdder> readsByServer = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> errorsByState = new ConcurrentHashMap<>();
    private final WriteHistory<UUID> orders = new WriteHistory<>();
    private final AtomicLong markNanos = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong firstAfterMarkNanos = new AtomicLong(Long.MAX_VALUE);

    void wrote(long begunNanos) {
        writes.increment();
        long mark = markNanos.get();
        if (mark != Long.MAX_VALUE && begunNanos - mark > 0) {
            firstAfterMarkNanos.accumulateAndGet(System.nanoTime(), Math::min);
        }
    }

    /**
     * Counts a read.
     *
     * @param postgresPort of the server that answered
     */
    void read(int postgresPort) {
        readsByServer.computeIfAbsent(postgresPort, p -> new LongAdder()).increment();
    }

    void failed(String sqlState) {
        errors.increment();
        errorsByState.computeIfAbsent(sqlState, s -> new LongAdder()).increment();
    }

    /** When the first write ended well that was begun after that moment; the first call sets the moment. */
    OptionalLong firstWriteBegunAfter(long nanos) {
        markNanos.compareAndSet(Long.MAX_VALUE, nanos);
        long first = firstAfterMarkNanos.get();
        return first == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(first);
    }

    WriteHistory<UUID> orders() {
        return orders;
    }

    long writes() {
        return writes.sum();
    }

    long errors() {
        return errors.sum();
    }

    long reads(int postgresPort) {
        LongAdder reads = readsByServer.get(postgresPort);
        return reads == null ? 0 : reads.sum();
    }

    long reads() {
        return readsByServer.values().stream().mapToLong(LongAdder::sum).sum();
    }

    Map<String, Long> errorsByState() {
        Map<String, Long> sums = new TreeMap<>();
        errorsByState.forEach((state, count) -> sums.put(state, count.sum()));
        return sums;
    }

    /** A demo in which hardly anything happened proves nothing. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        if (orders.acknowledged() < 100) {
            complaints.add("only " + orders.acknowledged() + " orders were acknowledged");
        }
        if (reads() < 100) {
            complaints.add("only " + reads() + " reads were answered");
        }
        return complaints;
    }
}

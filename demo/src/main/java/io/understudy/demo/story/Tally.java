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
    private final LongAdder reads = new LongAdder();
    private final Map<String, LongAdder> errorsByState = new ConcurrentHashMap<>();
    private final WriteHistory<UUID> orders = new WriteHistory<>();
    private final AtomicLong firstAfterMarkNanos = new AtomicLong(Long.MAX_VALUE);
    private volatile long markNanos = Long.MAX_VALUE;

    void wrote(long begunNanos) {
        writes.increment();
        long mark = markNanos;
        if (mark != Long.MAX_VALUE && begunNanos - mark > 0) {
            firstAfterMarkNanos.accumulateAndGet(System.nanoTime(), Math::min);
        }
    }

    /** Counts a read that found something. */
    void read() {
        reads.increment();
    }

    void failed(String sqlState) {
        errors.increment();
        errorsByState.computeIfAbsent(sqlState, s -> new LongAdder()).increment();
    }

    /** From now on looks for a write that was begun after that moment. */
    void mark(long nanos) {
        markNanos = nanos;
    }

    /** When the first write was acknowledged that was begun after the mark. */
    OptionalLong firstWriteBegunAfterMark() {
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

    long reads() {
        return reads.sum();
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

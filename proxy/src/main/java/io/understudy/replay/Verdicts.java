package io.understudy.replay;

import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What has been judged, without the entries: nearly all of a log is valid, so only the exceptions and the changes of mastership are kept. Not safe for use by several threads.
 */
final class Verdicts {
    private final NavigableSet<Long> invalid = new TreeSet<>();
    private final TreeMap<Long, Mastership> masterships = new TreeMap<>();
    private long after;
    private long index;

    /** Nothing is known of what is at {@code from} or before, but who is master there. */
    Verdicts(long from, Mastership there) {
        this.after = from;
        this.index = from;
        masterships.put(from, there);
    }

    void add(long at, boolean valid, Mastership then) {
        if (at != index + 1) {
            throw new IllegalArgumentException("judged up to " + index + ", then came " + at);
        }
        index = at;
        if (!valid) {
            invalid.add(at);
        }
        if (then.epoch() != masterships.lastEntry().getValue().epoch()) {
            masterships.put(at, then);
        }
    }

    /** Verdicts on what comes right before these. */
    void before(Verdicts earlier) {
        if (earlier.index != after) {
            throw new IllegalArgumentException(earlier.index + " is not right before " + after);
        }
        after = earlier.after;
        invalid.addAll(earlier.invalid);
        masterships.putAll(earlier.masterships);
    }

    /** Forgets what is at {@code to} or before. */
    void forget(long to) {
        if (to > after && to <= index) {
            masterships.put(to, masterAt(to));
            masterships.headMap(to).clear();
            invalid.headSet(to, true).clear();
            after = to;
        }
    }

    /** Verdicts are known from the next one on. */
    long after() {
        return after;
    }

    /** Up to here, inclusive. */
    long index() {
        return index;
    }

    boolean valid(long at) {
        if (at <= after || at > index) {
            throw new IllegalArgumentException(at + " is not in " + (after + 1) + ".." + index);
        }
        return !invalid.contains(at);
    }

    /** Who is master after that index, which is {@link #after()} or later. */
    Mastership masterAt(long at) {
        return masterships.floorEntry(at).getValue();
    }
}

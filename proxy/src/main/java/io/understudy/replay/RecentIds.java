package io.understudy.replay;

import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * The ids that have counted in the current epoch, within a bounded window of indexes.
 *
 * <p>Ids of earlier epochs need not be kept: a late copy of such an entry carries its old epoch and fails on that. Within an epoch a copy may come
 * arbitrarily late, so forgetting must not make it valid: what leaves the window raises {@link #floorMicros}, and a transaction proposed at or
 * before the floor is refused. A copy has the same bytes and so the same time as the first. Entries without a time (maintenance, reservations,
 * verification points) do no harm when they come twice.
 */
final class RecentIds {
    private record Remembered(long index, UUID id, long commitMicros) {}

    private final long window;
    private final ArrayDeque<Remembered> order = new ArrayDeque<>();
    private final Set<UUID> ids = new HashSet<>();
    private long floorMicros = Long.MIN_VALUE;

    RecentIds(long window) {
        this.window = window;
    }

    boolean contains(UUID id) {
        return ids.contains(id);
    }

    /** No transaction proposed at or before this time can be told from a copy. */
    long floorMicros() {
        return floorMicros;
    }

    void startAt(long floor) {
        floorMicros = floor;
    }

    /** Remembers an id that counted at {@code index}. */
    void add(long index, UUID id, long commitMicros) {
        if (ids.add(id)) {
            order.add(new Remembered(index, id, commitMicros));
        }
    }

    /** Forgets what is {@code window} or more indexes before {@code index}. */
    void advance(long index) {
        for (Remembered r = order.peek(); r != null && r.index <= index - window; r = order.peek()) {
            order.remove();
            ids.remove(r.id);
            floorMicros = Math.max(floorMicros, r.commitMicros);
        }
    }

    void write(BinaryWriter out) {
        out.int64(floorMicros);
        out.unsigned(order.size());
        for (Remembered r : order) {
            out.unsigned(r.index);
            out.uuid(r.id);
            out.int64(r.commitMicros);
        }
    }

    static RecentIds read(BinaryReader in, long window) {
        RecentIds ids = new RecentIds(window);
        ids.floorMicros = in.int64();
        int count = in.count();
        for (int i = 0; i < count; i++) {
            ids.add(in.unsigned(), in.uuid(), in.int64());
        }
        return ids;
    }

    void clear() {
        order.clear();
        ids.clear();
        floorMicros = Long.MIN_VALUE;
    }
}

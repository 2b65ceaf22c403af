package io.understudy.consensus;

import io.understudy.log.Cut;
import io.understudy.log.LogBase;
import io.understudy.log.TruncatedLogException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The log on disk: segment files of records, appended to in order, and a {@link LogBase} for what was removed at its beginning.
 *
 * <h2>Durability</h2>
 * What was appended is durable after {@link #flush}, which forces once however much was appended. A segment is forced before the next one is
 * begun, so only the last one can have a torn tail.
 *
 * <h2>Memory</h2>
 * One write buffer, the newest entries up to a bound, and for each segment an offset for every {@value Segment#STRIDE}th entry.
 *
 * <h2>Threads</h2>
 * One thread appends, truncates, forgets and flushes; {@link #read} may be called by any thread for entries that will not be truncated any more.
 */
final class EntryStore implements Closeable {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Disk disk;
    private final long segmentBytes;
    private final TailCache cache;
    private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Object preparing = new Object();
    private final MembershipChanges changes = new MembershipChanges();
    private LogBase prepared = LogBase.NONE;
    private volatile LogBase base;
    private Segment current;
    private long written;
    private volatile long lastIndex;
    private int lastTerm;
    private boolean dirty;
    private volatile long forced;
    private long committed;

    /**
     * Opens the log in {@code disk}, checks all of it and cuts a torn tail.
     *
     * @param segmentBytes size at which a new file is begun
     * @param cacheBytes how much of the newest entries is kept in memory
     * @throws CorruptLogException if it was damaged
     */
    EntryStore(Disk disk, long segmentBytes, long cacheBytes) throws IOException {
        this.disk = disk;
        this.segmentBytes = segmentBytes;
        this.cache = new TailCache(cacheBytes);
        this.base = BaseFile.read(disk);
        changes.forget(base);
        scan();
        removeForgotten();
        if (!segments.isEmpty() && segments.firstKey() != base.index() + 1) {
            throw new CorruptLogException(
                    disk,
                    segments.firstEntry().getValue().name,
                    0,
                    "it does not follow the log's base at entry " + base.index());
        }
        this.current = segments.isEmpty()
                ? begin(base.index() + 1)
                : segments.lastEntry().getValue();
        this.lastIndex = current.next() - 1;
        this.lastTerm = termOnDisk(lastIndex);
        this.written = lastIndex;
        this.forced = lastIndex;
        this.committed = Math.max(base.index(), Math.min(committed, lastIndex));
    }

    static boolean existsIn(Disk disk) throws IOException {
        return BaseFile.existsIn(disk) || !segmentNames(disk).isEmpty();
    }

    private static List<String> segmentNames(Disk disk) throws IOException {
        return disk.names().stream()
                .filter(name -> name.matches("\\d{20}\\.log"))
                .sorted()
                .toList();
    }

    /** Without segments whose removal a crash has undone: another one begins at or before the first entry that is kept. */
    private List<String> namesAfterBase() throws IOException {
        List<String> names = segmentNames(disk);
        int kept = 0;
        while (kept + 1 < names.size() && first(names.get(kept + 1)) <= base.index() + 1) {
            disk.delete(names.get(kept));
            kept++;
        }
        return names.subList(kept, names.size());
    }

    private static long first(String name) {
        return Long.parseLong(name.substring(0, 20));
    }

    private void scan() throws IOException {
        List<String> names = namesAfterBase();
        for (String name : names) {
            boolean last = name.equals(names.getLast());
            Segment segment = new Segment(disk, name, first(name), disk.open(name));
            if (!segments.isEmpty() && segments.lastEntry().getValue().next() != segment.first) {
                throw new CorruptLogException(
                        disk,
                        name,
                        0,
                        "entries from " + segments.lastEntry().getValue().next() + " are missing before it");
            }
            if (!segment.hasFileHead()) {
                if (!last || segment.file.size() > Segment.FILE_HEAD) {
                    throw new CorruptLogException(disk, name, 0, "it does not begin as a segment of the log");
                }
                segment.file.close();
                disk.delete(name);
                if (segments.isEmpty()) {
                    continue;
                }
                return;
            }
            SegmentScan scan = new SegmentScan(disk, segment, changes);
            scan.run(last);
            committed = Math.max(committed, scan.committed());
            segments.put(segment.first, segment);
        }
    }

    private Segment begin(long first) throws IOException {
        Segment segment = Segment.create(disk, first);
        segments.put(first, segment);
        return segment;
    }

    long firstIndex() {
        return base.index() + 1;
    }

    LogBase base() {
        return base;
    }

    /** The entries that say who belongs to the cluster. */
    MembershipChanges changes() {
        return changes;
    }

    /** Bytes of all segments. */
    long bytes() {
        return segments.values().stream().mapToLong(Segment::end).sum();
    }

    /** Where the log can be cut, up to {@code index}. */
    List<Cut> cuts(long index) {
        List<Cut> cuts = new ArrayList<>();
        long left = bytes();
        @Nullable Segment before = null;
        for (Segment segment : segments.values()) {
            if (before != null) {
                left -= before.end();
                if (segment.first - 1 <= index) {
                    cuts.add(new Cut(segment.first - 1, left));
                }
            }
            before = segment;
        }
        return cuts;
    }

    /** Writes what will stand for the entries up to {@code index}, in the place of what was written so before; for any thread. */
    void prepare(long index, byte[] state) throws IOException {
        byte[] members = changes.at(index).map(Membership::encode).orElse(new byte[0]);
        LogBase next = new LogBase(index, segment(index).head(index).term(), members, state);
        synchronized (preparing) {
            prepared = LogBase.NONE;
            BaseFile.write(disk, BaseFile.NEXT, next);
            prepared = next;
        }
    }

    /**
     * Removes the entries up to {@code index}, for which {@link #prepare} has written what stands for them; nothing if it has written for others since.
     *
     * @param index committed, and the last one of a segment
     */
    void forget(long index) throws IOException {
        if (index > committed || index > forced || !segments.containsKey(index + 1)) {
            throw new IllegalStateException("the log cannot be cut at " + index + ", committed " + committed);
        }
        synchronized (preparing) {
            if (prepared.index() != index) {
                return;
            }
            BaseFile.place(disk, BaseFile.NEXT);
            base = prepared;
            prepared = LogBase.NONE;
        }
        changes.forget(base);
        removeForgotten();
    }

    /**
     * Begins again after {@code received}, which takes the place of all entries: they are before it, or at odds with it. What is at odds with it was never committed; what is before it must not be
     * lost until it stands.
     */
    void restart(LogBase received) throws IOException {
        if (received.index() <= committed) {
            throw new IllegalStateException("entry " + received.index() + " is committed (up to " + committed + ")");
        }
        truncateFrom(received.index());
        flush();
        BaseFile.write(disk, BaseFile.RECEIVED, received);
        BaseFile.place(disk, BaseFile.RECEIVED);
        base = received;
        changes.forget(base);
        removeForgotten();
        disk.force();
        current = begin(received.index() + 1);
        lastIndex = received.index();
        lastTerm = received.term();
        written = lastIndex;
        forced = lastIndex;
        committed = lastIndex;
    }

    private void removeForgotten() throws IOException {
        while (!segments.isEmpty()
                && segments.firstEntry().getValue().next() <= base.index() + 1
                && !isLastAndAfterBase()) {
            Segment gone = segments.pollFirstEntry().getValue();
            gone.file.close();
            disk.delete(gone.name);
        }
    }

    /** The last segment may be empty yet: then it stays. */
    private boolean isLastAndAfterBase() {
        return segments.size() == 1 && segments.firstKey() > base.index();
    }

    long lastIndex() {
        return lastIndex;
    }

    int lastTerm() {
        return lastTerm;
    }

    /** Last index known to be durable here. */
    long forcedIndex() {
        return forced;
    }

    /** Highest index noted as committed; after a restart what the records say, so perhaps less than before. */
    long committedIndex() {
        return committed;
    }

    /** Notes a commit index; it goes to disk with later records. */
    void committed(long index) {
        committed = Math.max(committed, index);
    }

    boolean dirty() {
        return dirty;
    }

    void append(long index, int term, Payload payload) throws IOException {
        byte[] bytes = payload.bytes();
        if (index != lastIndex + 1 || term < lastTerm || bytes == null) {
            throw new IllegalArgumentException("entry " + index + " of term " + term + " after entry " + lastIndex
                    + " of term " + lastTerm + (bytes == null ? ", without its bytes" : ""));
        }
        if (current.end() >= segmentBytes && current.next() > current.first) {
            flush();
            current = begin(index);
        }
        RecordHead head =
                RecordHead.of(index, term, Math.min(committed, index - 1), Math.min(forced, index - 1), bytes);
        if (buffer.remaining() < RecordHead.HEAD + bytes.length) {
            writeOut();
        }
        if (buffer.remaining() >= RecordHead.HEAD + bytes.length) {
            head.write(buffer);
            buffer.put(bytes);
            current.added(head);
        } else {
            long position = current.end();
            head.write(buffer);
            current.file.write(buffer.flip(), position);
            buffer.clear();
            current.file.write(ByteBuffer.wrap(bytes), position + RecordHead.HEAD);
            current.added(head);
            written = index;
        }
        cache.add(index, payload);
        changes.appended(index, bytes);
        lastIndex = index;
        lastTerm = term;
        dirty = true;
    }

    /** Removes the entry at {@code index} and all after it, durably. They must not be committed. */
    void truncateFrom(long index) throws IOException {
        if (index > lastIndex) {
            return;
        }
        if (index <= committed) {
            throw new IllegalStateException("entry " + index + " is committed (up to " + committed + ")");
        }
        writeOut();
        while (current.first >= index && current.first > segments.firstKey()) {
            segments.remove(current.first);
            current.file.close();
            disk.delete(current.name);
            disk.force();
            current = segments.lastEntry().getValue();
        }
        if (index < current.next()) {
            current.truncateFrom(index);
        }
        cache.truncateFrom(index);
        changes.truncateFrom(index);
        lastIndex = index - 1;
        lastTerm = termOnDisk(lastIndex);
        written = Math.min(written, lastIndex);
        forced = Math.min(forced, lastIndex);
    }

    /** Makes everything appended so far durable. */
    void flush() throws IOException {
        if (!dirty) {
            return;
        }
        writeOut();
        current.file.force();
        forced = lastIndex;
        dirty = false;
    }

    private void writeOut() throws IOException {
        int length = buffer.position();
        if (length > 0) {
            current.file.write(buffer.flip(), current.end() - length);
            buffer.clear();
        }
        written = lastIndex;
        cache.shrink(written);
    }

    /** The term of an entry; for the appending thread only. */
    int term(long index) throws IOException {
        if (index == lastIndex) {
            return lastTerm;
        }
        if (index > written) {
            writeOut();
        }
        return termOnDisk(index);
    }

    /** The length of an entry; for the appending thread only. */
    int length(long index) throws IOException {
        if (index > written) {
            writeOut();
        }
        return segment(index).head(index).length();
    }

    /**
     * @throws TruncatedLogException if the log has it no more
     * @throws IllegalArgumentException if it is after the last one
     */
    byte[] read(long index) throws IOException {
        byte[] cached = cache.get(index);
        if (cached != null) {
            return cached;
        }
        try {
            return segment(index).read(index).payload();
        } catch (ClosedChannelException e) {
            if (index < firstIndex()) {
                throw new TruncatedLogException(index, firstIndex());
            }
            throw e;
        }
    }

    private int termOnDisk(long index) throws IOException {
        LogBase b = base;
        return index == b.index() ? b.term() : segment(index).head(index).term();
    }

    private Segment segment(long index) throws TruncatedLogException {
        Map.Entry<Long, Segment> entry = segments.floorEntry(index);
        if (entry == null || index < firstIndex()) {
            throw new TruncatedLogException(index, firstIndex());
        }
        return entry.getValue();
    }

    @Override
    public void close() throws IOException {
        for (Segment segment : segments.values()) {
            segment.file.close();
        }
    }
}

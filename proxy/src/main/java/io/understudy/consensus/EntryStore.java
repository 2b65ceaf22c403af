package io.understudy.consensus;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The log on disk: segment files of records, appended to in order.
 *
 * <h2>Durability</h2>
 * What was appended is durable after {@link #flush}, which forces once however much was appended. A segment is forced before the next one is
 * begun, so only the last one can have a torn tail.
 *
 * <h2>Memory</h2>
 * One write buffer, the newest entries up to a bound, and for each segment an offset for every {@value Segment#STRIDE}th entry.
 *
 * <h2>Threads</h2>
 * One thread appends, truncates and flushes; {@link #read} may be called by any thread for entries that will not be truncated any more.
 */
final class EntryStore implements Closeable {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Disk disk;
    private final long segmentBytes;
    private final TailCache cache;
    private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
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
        scan();
        this.current = segments.isEmpty() ? begin(1) : segments.lastEntry().getValue();
        this.lastIndex = current.next() - 1;
        this.lastTerm = lastIndex == 0 ? 0 : termOnDisk(lastIndex);
        this.written = lastIndex;
        this.forced = lastIndex;
        this.committed = Math.min(committed, lastIndex);
    }

    static boolean existsIn(Disk disk) throws IOException {
        return !segmentNames(disk).isEmpty();
    }

    private static List<String> segmentNames(Disk disk) throws IOException {
        return disk.names().stream()
                .filter(name -> name.matches("\\d{20}\\.log"))
                .sorted()
                .toList();
    }

    private void scan() throws IOException {
        List<String> names = segmentNames(disk);
        for (String name : names) {
            boolean last = name.equals(names.getLast());
            Segment segment = new Segment(disk, name, Long.parseLong(name.substring(0, 20)), disk.open(name));
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
            SegmentScan scan = new SegmentScan(disk, segment);
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
        return segments.firstKey();
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
        while (current.first >= index && current.first > firstIndex()) {
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
        lastIndex = index - 1;
        lastTerm = lastIndex == 0 ? 0 : termOnDisk(lastIndex);
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

    /** @throws IllegalArgumentException if it is not in the log */
    byte[] read(long index) throws IOException {
        byte[] cached = cache.get(index);
        return cached != null ? cached : segment(index).read(index).payload();
    }

    private int termOnDisk(long index) throws IOException {
        return segment(index).head(index).term();
    }

    private Segment segment(long index) {
        Map.Entry<Long, Segment> entry = segments.floorEntry(index);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "entry " + index + " is older than the log, which begins at " + firstIndex());
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

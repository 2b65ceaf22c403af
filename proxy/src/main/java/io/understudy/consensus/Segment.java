package io.understudy.consensus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One file of consecutive records. Knows the offset of every {@value #STRIDE}th record; the others are found by walking heads from there, or from
 * where the last reader stopped, which makes reading in order cheap. Appended to by one thread; read by many.
 */
final class Segment {
    static final int STRIDE = 64;
    static final int FILE_HEAD = 16;
    private static final int MAGIC = 0x55_53_54_4C;
    private static final int VERSION = 1;

    final String name;
    final long first;
    final Disk.File file;

    private final Disk disk;
    private long[] marks = new long[16];
    private long next;
    private long end;
    private volatile Place lastRead = new Place(0, 0);

    private record Place(long index, long position) {}

    /** A record as it is on disk. */
    record Stored(RecordHead head, byte[] payload) {}

    Segment(Disk disk, String name, long first, Disk.File file) {
        this.disk = disk;
        this.name = name;
        this.first = first;
        this.file = file;
        this.next = first;
        this.end = FILE_HEAD;
    }

    static String name(long first) {
        return String.format("%020d.log", first);
    }

    static Segment create(Disk disk, long first) throws IOException {
        String name = name(first);
        Disk.File file = disk.open(name);
        file.truncate(0);
        file.write(fileHead(first), 0);
        file.force();
        disk.force();
        return new Segment(disk, name, first, file);
    }

    private static ByteBuffer fileHead(long first) {
        return ByteBuffer.allocate(FILE_HEAD)
                .putInt(MAGIC)
                .putInt(VERSION)
                .putLong(first)
                .flip();
    }

    /** Whether the file begins as a segment that starts with {@code first}. */
    boolean hasFileHead() throws IOException {
        ByteBuffer found = ByteBuffer.allocate(FILE_HEAD);
        file.read(found, 0);
        return found.flip().equals(fileHead(first));
    }

    synchronized long next() {
        return next;
    }

    synchronized long end() {
        return end;
    }

    /** Notes that a record now lies at the end. */
    synchronized void added(RecordHead record) {
        int slot = Math.toIntExact((next - first) / STRIDE);
        if ((next - first) % STRIDE == 0) {
            if (slot == marks.length) {
                marks = Arrays.copyOf(marks, 2 * marks.length);
            }
            marks[slot] = end;
        }
        next++;
        end = record.end(end);
    }

    /** Cuts the file before {@code index}, durably. */
    void truncateFrom(long index) throws IOException {
        long position = position(index);
        synchronized (this) {
            next = index;
            end = position;
            lastRead = new Place(0, 0);
        }
        file.truncate(position);
        file.force();
    }

    RecordHead head(long index) throws IOException {
        return headAt(index, position(index));
    }

    Stored read(long index) throws IOException {
        long position = position(index);
        RecordHead head = headAt(index, position);
        ByteBuffer payload = ByteBuffer.allocate(head.length());
        file.read(payload, position + RecordHead.HEAD);
        if (!head.matches(payload.flip())) {
            throw new CorruptLogException(disk, name, position, "checksum of entry " + index + " is wrong");
        }
        lastRead = new Place(index + 1, head.end(position));
        return new Stored(head, payload.array());
    }

    private long position(long index) throws IOException {
        long at;
        long position;
        synchronized (this) {
            if (index < first || index >= next) {
                throw new IllegalArgumentException("entry " + index + " is not in " + name);
            }
            int slot = Math.toIntExact((index - first) / STRIDE);
            at = first + (long) slot * STRIDE;
            position = marks[slot];
            Place recent = lastRead;
            if (recent.index > at && recent.index <= index) {
                at = recent.index;
                position = recent.position;
            }
        }
        for (; at < index; at++) {
            position = headAt(at, position).end(position);
        }
        return position;
    }

    private RecordHead headAt(long index, long position) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(RecordHead.HEAD);
        file.read(bytes, position);
        @Nullable RecordHead head = bytes.hasRemaining() ? null : RecordHead.read(bytes.flip());
        if (head == null || head.index() != index) {
            throw new CorruptLogException(disk, name, position, "entry " + index + " expected here");
        }
        return head;
    }
}

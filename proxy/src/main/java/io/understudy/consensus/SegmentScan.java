package io.understudy.consensus;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one segment from its beginning when the node starts and checks every record. What a crash can leave behind is a tail that was never forced:
 * that is cut. Anything else is damage, and refused.
 */
final class SegmentScan {
    private static final int WINDOW = 1 << 20;

    private final Disk disk;
    private final Segment segment;
    private final MembershipChanges changes;
    private final long size;
    private ByteBuffer read = ByteBuffer.allocate(0);
    private long committed;

    SegmentScan(Disk disk, Segment segment, MembershipChanges changes) throws IOException {
        this.disk = disk;
        this.segment = segment;
        this.changes = changes;
        this.size = segment.file.size();
    }

    /** Highest commit index that a record names. */
    long committed() {
        return committed;
    }

    /** @param last whether no segment follows: only then may the tail be torn */
    void run(boolean last) throws IOException {
        long position = Segment.FILE_HEAD;
        int term = 0;
        while (position < size) {
            RecordHead record = valid(position);
            if (record == null || record.index() != segment.next() || record.term() < term) {
                if (!last) {
                    throw new CorruptLogException(
                            disk,
                            segment.name,
                            position,
                            "entry " + segment.next() + " is unreadable and others follow");
                }
                refuseIfForced(position);
                segment.file.truncate(position);
                segment.file.force();
                return;
            }
            term = record.term();
            committed = Math.max(committed, record.committed());
            segment.added(record);
            changes.appended(record.index(), read.array());
            position = record.end(position);
        }
    }

    /** Looks behind an unreadable record for a later one that proves it had been forced. */
    private void refuseIfForced(long damaged) throws IOException {
        ByteBuffer window = ByteBuffer.allocate(WINDOW);
        for (long at = damaged + 1; at + RecordHead.HEAD <= size; at += WINDOW - RecordHead.HEAD + 1) {
            window.clear();
            segment.file.read(window, at);
            window.flip();
            for (int i = 0; i + RecordHead.HEAD <= window.limit(); i++) {
                window.position(i);
                RecordHead found = RecordHead.read(window);
                if (found != null
                        && found.index() > segment.next()
                        && found.forced() >= segment.next()
                        && valid(at + i) != null) {
                    throw new CorruptLogException(
                            disk,
                            segment.name,
                            damaged,
                            "entry " + segment.next() + " had been made durable, as entry " + found.index() + " says");
                }
            }
        }
    }

    private @Nullable RecordHead valid(long position) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(RecordHead.HEAD);
        if (segment.file.read(head, position) < RecordHead.HEAD) {
            return null;
        }
        RecordHead record = RecordHead.read(head.flip());
        if (record == null || record.end(position) > size) {
            return null;
        }
        ByteBuffer payload = ByteBuffer.allocate(record.length());
        segment.file.read(payload, position + RecordHead.HEAD);
        read = payload;
        return record.matches(payload.flip()) ? record : null;
    }
}

package io.understudy.consensus;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The head of one record of a segment file; the payload follows it.
 *
 * <pre>
 *   4 length of the payload   4 CRC32C of all the rest, the payload and this head's other fields
 *   8 index                   4 term
 *   8 commit index known when it was written
 *   8 index up to which the log had been forced to disk when it was written
 * </pre>
 *
 * <p>The last field tells damage from a torn tail: a later record that says the damaged one had been forced is proof of damage.
 */
record RecordHead(int length, int checksum, long index, int term, long committed, long forced) {
    static final int HEAD = 36;

    static RecordHead of(long index, int term, long committed, long forced, byte[] payload) {
        RecordHead unchecked = new RecordHead(payload.length, 0, index, term, committed, forced);
        return new RecordHead(payload.length, unchecked.sum(ByteBuffer.wrap(payload)), index, term, committed, forced);
    }

    void write(ByteBuffer to) {
        to.putInt(length)
                .putInt(checksum)
                .putLong(index)
                .putInt(term)
                .putLong(committed)
                .putLong(forced);
    }

    /** The head at the buffer's position, or null if what is there cannot be one. */
    static @Nullable RecordHead read(ByteBuffer from) {
        RecordHead head = new RecordHead(
                from.getInt(), from.getInt(), from.getLong(), from.getInt(), from.getLong(), from.getLong());
        boolean possible = head.length >= 0
                && head.index > 0
                && head.term > 0
                && head.committed >= 0
                && head.committed < head.index
                && head.forced >= 0
                && head.forced < head.index;
        return possible ? head : null;
    }

    boolean matches(ByteBuffer payload) {
        return payload.remaining() == length && sum(payload.duplicate()) == checksum;
    }

    long end(long position) {
        return position + HEAD + length;
    }

    private int sum(ByteBuffer payload) {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        new RecordHead(length, 0, index, term, committed, forced).write(head);
        CRC32C crc = new CRC32C();
        crc.update(head.flip());
        crc.update(payload);
        return (int) crc.getValue();
    }
}

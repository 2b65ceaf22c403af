package io.understudy.consensus;

import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import io.understudy.log.EntryFormatException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Large messages travel in parts, so that the receiver knows that the sender lives long before the message is whole. Parts of one sender come in order;
 * a part that does not continue what came before (the connection was new) throws that away.
 */
final class Parts {
    /** First byte of a part. */
    static final int KIND = 3;

    static final int PART_BYTES = 1 << 19;
    private static final int MESSAGE_BYTES_MAX = Integer.MAX_VALUE - 64;
    private static final int HEAD = 17;

    private final AtomicLong ids = new AtomicLong();
    private final Map<String, Whole> incomplete = new ConcurrentHashMap<>();

    private static final class Whole {
        final long id;
        final byte[] bytes;
        int received;

        Whole(long id, int size) {
            this.id = id;
            this.bytes = new byte[size];
        }
    }

    /** Gives a message to {@code send} as it is if it is small, else in parts. */
    void split(byte[] message, Consumer<byte[]> send) {
        if (message.length <= PART_BYTES) {
            send.accept(message);
            return;
        }
        long id = ids.incrementAndGet();
        for (int offset = 0; offset < message.length; offset += PART_BYTES) {
            int length = Math.min(PART_BYTES, message.length - offset);
            BinaryWriter out = new BinaryWriter(HEAD + length);
            out.u8(KIND);
            out.int64(id);
            out.int32(message.length);
            out.int32(offset);
            out.raw(message, offset, length);
            send.accept(out.toBytes());
        }
    }

    /**
     * Takes one part; one call at a time for each sender.
     *
     * @return the whole message if this was its last part
     * @throws EntryFormatException if it is no part
     */
    byte @Nullable [] join(String sender, byte[] part) {
        BinaryReader in = new BinaryReader(part, 1, part.length - 1);
        long id = in.int64();
        int size = in.int32();
        int offset = in.int32();
        int length = in.remaining();
        if (size <= 0 || size > MESSAGE_BYTES_MAX || offset < 0 || length > size - offset) {
            throw new EntryFormatException("part of " + size + " bytes at " + offset + " with " + length);
        }
        Whole whole = offset == 0 ? new Whole(id, size) : incomplete.get(sender);
        if (whole == null || whole.id != id || whole.bytes.length != size || whole.received != offset) {
            incomplete.remove(sender);
            return null;
        }
        System.arraycopy(part, part.length - length, whole.bytes, offset, length);
        whole.received += length;
        if (whole.received < size) {
            incomplete.put(sender, whole);
            return null;
        }
        incomplete.remove(sender);
        return whole.bytes;
    }

    /** Forgets what nodes that are gone had begun. */
    void retain(Collection<String> senders) {
        incomplete.keySet().retainAll(senders);
    }
}

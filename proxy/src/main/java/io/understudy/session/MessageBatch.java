package io.understudy.session;

import io.understudy.wire.MessageInput;
import io.understudy.wire.MessageOutput;
import io.understudy.wire.ProtocolException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Extended-protocol messages of one client, kept from its first message to its Sync or Flush: where they go is decided for all of them together. */
final class MessageBatch {
    private static final int HEADER = 5;

    private byte[] data = new byte[1024];
    private int size;
    private int[] frames = new int[16];
    private int count;
    private final Map<Integer, Spool> tails = new HashMap<>();
    private long spooled;

    /** Whether of such a message only the head is kept in memory: it tells everything, what follows are values. */
    static boolean spools(MessageInput in) {
        return in.streamed() && in.array()[in.frame()] == 'B';
    }

    void add(MessageInput in) throws IOException, SessionEnd {
        if (spools(in)) {
            append(in.array(), in.frame(), in.held());
            Spool tail = Spool.tailOf(in);
            tails.put(count - 1, tail);
            spooled += tail.bytes();
        } else if (in.streamed()) {
            byte[] whole = in.copy();
            append(whole, 0, whole.length);
        } else {
            append(in.array(), in.frame(), in.length());
        }
    }

    private void append(byte[] from, int at, int length) throws ProtocolException {
        room(length);
        System.arraycopy(from, at, data, size, length);
        if (count + 1 >= frames.length) {
            frames = Arrays.copyOf(frames, frames.length * 2);
        }
        frames[count++] = size;
        size += length;
        frames[count] = size;
    }

    private void room(int n) throws ProtocolException {
        if (data.length - size < n) {
            long wanted = Math.max(data.length * 2L, (long) size + n);
            if ((long) size + n > Integer.MAX_VALUE - 16) {
                throw new ProtocolException("too much data before Sync");
            }
            data = Arrays.copyOf(data, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
        }
    }

    void clear() {
        size = 0;
        count = 0;
        tails.values().forEach(Spool::close);
        tails.clear();
        spooled = 0;
        if (data.length > 1 << 16) {
            data = new byte[1024];
        }
    }

    int count() {
        return count;
    }

    /** Of all messages, what is not in memory included. */
    long bytes() {
        return size + spooled;
    }

    /** Whether that message's values are not in memory. */
    boolean isSpooled(int i) {
        return tails.containsKey(i);
    }

    /** Bytes of that message that are not in memory. */
    int tailBytes(int i) {
        Spool tail = tails.get(i);
        return tail == null ? 0 : tail.bytes();
    }

    /** Writes what of that message is not in memory. */
    void tail(int i, MessageOutput out) throws IOException {
        Spool tail = tails.get(i);
        if (tail != null) {
            tail.writeTo(out);
        }
    }

    char type(int i) {
        return (char) data[frames[i]];
    }

    /** Position of the body's first byte. */
    int body(int i) {
        return frames[i] + HEADER;
    }

    /** Position behind the last byte that is in memory. */
    int end(int i) {
        return frames[i + 1];
    }

    byte[] data() {
        return data;
    }

    void forward(int i, MessageOutput out) throws IOException {
        out.write(data, frames[i], frames[i + 1] - frames[i]);
        tail(i, out);
    }

    /** The string that begins at {@code at}; its end is {@link #after}. */
    String string(int i, int at) throws ProtocolException {
        return new String(data, at, after(i, at) - 1 - at, StandardCharsets.UTF_8);
    }

    /** The same for the text of a statement. */
    String text(int i, int at, Charset charset) throws ProtocolException, StatementFailure {
        return ClientText.decode(data, at, after(i, at) - 1, charset);
    }

    /** Position after the zero-terminated string that begins at {@code at}. */
    int after(int i, int at) throws ProtocolException {
        int limit = end(i);
        for (int p = at; p < limit; p++) {
            if (data[p] == 0) {
                return p + 1;
            }
        }
        throw new ProtocolException("string without its end in a message of type " + type(i));
    }

    int int16(int i, int at) throws ProtocolException {
        need(i, at, 2);
        return (data[at] & 0xff) << 8 | data[at + 1] & 0xff;
    }

    int int32(int i, int at) throws ProtocolException {
        need(i, at, 4);
        return (data[at] & 0xff) << 24 | (data[at + 1] & 0xff) << 16 | (data[at + 2] & 0xff) << 8 | data[at + 3] & 0xff;
    }

    void need(int i, int at, int n) throws ProtocolException {
        if (n < 0 || at + n > end(i)) {
            throw new ProtocolException("message of type " + type(i) + " is shorter than its content says");
        }
    }
}

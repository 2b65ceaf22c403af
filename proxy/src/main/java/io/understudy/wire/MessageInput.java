package io.understudy.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads typed protocol messages from a stream without allocating: after {@link #next} the message's bytes lie in {@link #array} at {@link #frame},
 * {@link #length}, until the next call. Of a message longer than {@link #WHOLE_BYTES_MAX} only the head is in memory: see {@link #streamed}.
 * A read that times out loses nothing and can be repeated. Not safe for use by several threads.
 */
public final class MessageInput {
    /** Messages up to this many bytes are held in memory whole; longer ones are streamed. */
    public static final int WHOLE_BYTES_MAX = 1 << 16;

    /** PostgreSQL neither sends nor takes longer ones: who announces one is refused at once, not only when its bytes have come. */
    private static final int LENGTH_MAX = (1 << 30) + 4;

    private static final int HEADER = 5;
    private static final int COPY_STEP_BYTES = 1 << 20;

    private final InputStream in;
    private byte[] buffer = new byte[8192];
    private int start;
    private int end;

    private int frame;
    private int frameLength;
    /** Offset behind the current message's bytes in memory. */
    private int limit;

    private int cursor;
    /** Bytes of the current message still in the stream. */
    private int tail;

    public MessageInput(InputStream in) {
        this.in = in;
    }

    /** Whether a call of {@link #next} would find at least one byte without waiting. */
    public boolean ready() throws IOException {
        return start < end || in.available() > 0;
    }

    /** Whether bytes behind the current message were read from the stream already. */
    public boolean ahead() {
        return start < end;
    }

    /** Whether the next message is in memory already, whole. */
    public boolean buffered() {
        if (end - start < HEADER) {
            return false;
        }
        int length = int32At(start + 1);
        return length >= 4 && length < end - start;
    }

    /** Whether there is room for {@link #read} to find out more. */
    public boolean roomAhead() {
        return tail == 0 && end - start < WHOLE_BYTES_MAX;
    }

    /**
     * Reads what has come from the stream, at least a byte, without taking any of it; the current message's bytes are lost.
     *
     * @return whether the stream goes on; false at its end
     * @throws IllegalStateException without {@link #roomAhead}
     */
    public boolean read() throws IOException {
        if (!roomAhead()) {
            throw new IllegalStateException("no room ahead");
        }
        makeRoom(end - start + 1);
        int n = in.read(buffer, end, buffer.length - end);
        if (n > 0) {
            end += n;
        }
        return n >= 0;
    }

    /** The type byte of the message behind the current one, as far as it was read already; -1 if nothing was. */
    public int typeAhead() {
        return start < end ? buffer[start] & 0xff : -1;
    }

    /** Takes what was read from the stream behind the current message: another reader of the stream goes on with it. */
    public byte[] takeAhead() {
        byte[] ahead = Arrays.copyOfRange(buffer, start, end);
        start = end;
        return ahead;
    }

    /**
     * Waits for the next message.
     *
     * @return its type byte, 0 to 255, or -1 at a clean end of the stream
     * @throws ProtocolException if its length is impossible
     */
    public int next() throws IOException {
        if (tail > 0) {
            throw new IllegalStateException("the tail of the message before was not taken");
        }
        if (!fill(HEADER)) {
            return -1;
        }
        long length = int32At(start + 1) & 0xffffffffL;
        if (length < 4 || length > LENGTH_MAX) {
            throw new ProtocolException("invalid message length " + length);
        }
        int whole = Math.min((int) length + 1, WHOLE_BYTES_MAX);
        fill(whole);
        frame = start;
        frameLength = (int) length + 1;
        limit = frame + whole;
        tail = frameLength - whole;
        cursor = frame + HEADER;
        start += whole;
        return buffer[frame] & 0xff;
    }

    /**
     * The untyped first message of a connection: length and body only.
     *
     * @param lengthMax bytes
     * @return the body, or an empty array at a clean end of the stream
     */
    public byte[] nextUntyped(int lengthMax) throws IOException {
        if (!fill(4)) {
            return new byte[0];
        }
        int length = int32At(start);
        if (length < 8 || length > lengthMax) {
            throw new ProtocolException("invalid length of startup packet");
        }
        fill(length);
        byte[] body = Arrays.copyOfRange(buffer, start + 4, start + length);
        start += length;
        return body;
    }

    /** Whether the current message's tail is still in the stream; it must be taken by {@link #copyTo}, {@link #copy}, {@link #tailTo} or {@link #skip}. */
    public boolean streamed() {
        return tail > 0;
    }

    public byte[] array() {
        return buffer;
    }

    /** Offset of the type byte. */
    public int frame() {
        return frame;
    }

    /** Whole length in bytes, type byte and length field included. */
    public int length() {
        return frameLength;
    }

    /** Copies the whole message; of a streamed one nothing is left in memory afterwards. */
    public void copyTo(OutputStream out) throws IOException {
        out.write(buffer, frame, limit - frame);
        tailTo(out);
    }

    /**
     * A copy of the whole message; of a streamed one nothing is left in memory afterwards. The copy grows as bytes arrive, not as the header
     * claims; whoever calls this for messages of others checks {@link #length} first.
     */
    public byte[] copy() throws IOException {
        int have = limit - frame;
        byte[] all = Arrays.copyOfRange(buffer, frame, frame + Math.min(frameLength, have + COPY_STEP_BYTES));
        while (tail > 0) {
            if (have == all.length) {
                all = Arrays.copyOf(all, (int) Math.min(frameLength, 2L * have));
            }
            int n = readTail(all, have, all.length - have);
            have += n;
        }
        return all;
    }

    /** Bytes of the current message that are in memory, from {@link #frame} on. */
    public int held() {
        return limit - frame;
    }

    /** Takes the tail of a streamed message; what is in memory of it is lost, for that buffer carries the tail. */
    public void tailTo(OutputStream out) throws IOException {
        while (tail > 0) {
            int n = readTail(buffer, 0, buffer.length);
            out.write(buffer, 0, n);
        }
    }

    /** Passes over the tail of a streamed message; what is in memory of it is lost. */
    public void skip() throws IOException {
        tailTo(OutputStream.nullOutputStream());
    }

    // ---- reading the current message's body from its begin

    public int int8() throws ProtocolException {
        need(1);
        return buffer[cursor++] & 0xff;
    }

    public int int16() throws ProtocolException {
        need(2);
        int v = (short) ((buffer[cursor] & 0xff) << 8 | (buffer[cursor + 1] & 0xff));
        cursor += 2;
        return v;
    }

    public int int32() throws ProtocolException {
        need(4);
        int v = int32At(cursor);
        cursor += 4;
        return v;
    }

    public String string() throws ProtocolException {
        int from = cursor;
        int to = from;
        while (to < limit && buffer[to] != 0) {
            to++;
        }
        if (to >= limit) {
            throw new ProtocolException("string without its end in a message");
        }
        cursor = to + 1;
        return new String(buffer, from, to - from, StandardCharsets.UTF_8);
    }

    public byte[] bytes(int n) throws ProtocolException {
        need(n);
        byte[] b = Arrays.copyOfRange(buffer, cursor, cursor + n);
        cursor += n;
        return b;
    }

    /** The next {@code n} bytes as text. */
    public String text(int n, Charset charset) throws ProtocolException {
        need(n);
        String s = new String(buffer, cursor, n, charset);
        cursor += n;
        return s;
    }

    /** Bytes of the body not read yet, as far as they are in memory. */
    public int remaining() {
        return limit - cursor;
    }

    private void need(int n) throws ProtocolException {
        if (n < 0 || remaining() < n) {
            throw new ProtocolException("message is shorter than its content says");
        }
    }

    private int int32At(int i) {
        return (buffer[i] & 0xff) << 24
                | (buffer[i + 1] & 0xff) << 16
                | (buffer[i + 2] & 0xff) << 8
                | buffer[i + 3] & 0xff;
    }

    private int readTail(byte[] to, int off, int room) throws IOException {
        limit = 0;
        cursor = 0;
        int n = in.read(to, off, Math.min(tail, room));
        if (n < 0) {
            throw new EOFException("stream ended inside a message");
        }
        tail -= n;
        return n;
    }

    /** Makes {@code n} bytes available from {@code start}; false at a clean end with nothing there. */
    private boolean fill(int n) throws IOException {
        if (end - start >= n) {
            return true;
        }
        makeRoom(n);
        while (end - start < n) {
            int k = in.read(buffer, end, buffer.length - end);
            if (k < 0) {
                if (end == start) {
                    return false;
                }
                throw new EOFException("stream ended inside a message");
            }
            end += k;
        }
        return true;
    }

    /** Makes the buffer hold {@code n} bytes from {@code start}. */
    private void makeRoom(int n) {
        if (start == end) {
            start = 0;
            end = 0;
        }
        if (buffer.length - start < n) {
            byte[] to =
                    n > buffer.length ? new byte[Math.max(n, Math.min(buffer.length * 2, WHOLE_BYTES_MAX))] : buffer;
            System.arraycopy(buffer, start, to, 0, end - start);
            buffer = to;
            end -= start;
            start = 0;
        }
    }
}

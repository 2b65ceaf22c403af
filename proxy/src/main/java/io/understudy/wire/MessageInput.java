package io.understudy.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads typed protocol messages from a stream without allocating: after {@link #next} the message's bytes lie in
 * {@link #array} at {@link #frame}, {@link #length}, until the next call. A message longer than the buffer bound is not read whole: see
 * {@link #streamed}. Not safe for use by several threads.
 */
public final class MessageInput {
    /** Messages up to this many bytes are held in memory whole; longer ones are streamed. */
    public static final int WHOLE_BYTES_MAX = 1 << 16;

    private static final int HEADER = 5;

    private final InputStream in;
    private byte[] buffer = new byte[8192];
    private int start;
    private int end;

    private int frame;
    private int frameLength;
    private int inBuffer;
    private int cursor;

    public MessageInput(InputStream in) {
        this.in = in;
    }

    /** Whether a call of {@link #next} would find at least one byte without waiting. */
    public boolean ready() throws IOException {
        return start < end || in.available() > 0;
    }

    /** Whether the next message is in memory already, whole. */
    public boolean buffered() {
        if (end - start < HEADER) {
            return false;
        }
        int length = int32At(start + 1);
        return length >= 4 && length < end - start;
    }

    /**
     * Waits for the next message.
     *
     * @return its type byte, or -1 at a clean end of the stream
     * @throws ProtocolException if its length is impossible
     */
    public int next() throws IOException {
        if (!fill(HEADER)) {
            return -1;
        }
        long length = int32At(start + 1) & 0xffffffffL;
        if (length < 4 || length > Integer.MAX_VALUE - HEADER) {
            throw new ProtocolException("invalid message length " + length);
        }
        frameLength = (int) length + 1;
        int whole = Math.min(frameLength, WHOLE_BYTES_MAX);
        if (!fill(whole)) {
            throw new EOFException("stream ended inside a message");
        }
        frame = start;
        inBuffer = whole;
        cursor = frame + HEADER;
        start += whole;
        return buffer[frame];
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
        start += 4;
        if (!fill(length - 4)) {
            throw new EOFException("stream ended inside the startup packet");
        }
        byte[] body = Arrays.copyOfRange(buffer, start, start + length - 4);
        start += length - 4;
        return body;
    }

    /** Whether the current message's tail is still in the stream; it must be taken by {@link #copyTo} or {@link #skip}. */
    public boolean streamed() {
        return inBuffer < frameLength;
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

    /** Copies the whole message, streamed tail included. */
    public void copyTo(OutputStream out) throws IOException {
        out.write(buffer, frame, inBuffer);
        long left = frameLength - inBuffer;
        inBuffer = frameLength;
        byte[] chunk = left > 0 ? new byte[(int) Math.min(left, WHOLE_BYTES_MAX)] : buffer;
        while (left > 0) {
            int n = take(chunk, (int) Math.min(left, chunk.length));
            out.write(chunk, 0, n);
            left -= n;
        }
    }

    /** A copy of the whole message; only for messages whose size the caller has bounded by {@link #length}. */
    public byte[] copy() throws IOException {
        byte[] all = new byte[frameLength];
        System.arraycopy(buffer, frame, all, 0, inBuffer);
        int at = inBuffer;
        inBuffer = frameLength;
        while (at < frameLength) {
            int n = take(all, at, frameLength - at);
            at += n;
        }
        return all;
    }

    /** Passes over the tail of a streamed message. */
    public void skip() throws IOException {
        copyTo(OutputStream.nullOutputStream());
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
        int limit = frame + inBuffer;
        for (int i = cursor; i < limit; i++) {
            if (buffer[i] == 0) {
                String s = new String(buffer, cursor, i - cursor, StandardCharsets.UTF_8);
                cursor = i + 1;
                return s;
            }
        }
        throw new ProtocolException("string without its end in a message");
    }

    public byte[] bytes(int n) throws ProtocolException {
        need(n);
        byte[] b = Arrays.copyOfRange(buffer, cursor, cursor + n);
        cursor += n;
        return b;
    }

    /** Bytes of the body not read yet, as far as they are in memory. */
    public int remaining() {
        return frame + inBuffer - cursor;
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

    private int take(byte[] to, int n) throws IOException {
        return take(to, 0, n);
    }

    private int take(byte[] to, int off, int n) throws IOException {
        if (start < end) {
            int k = Math.min(n, end - start);
            System.arraycopy(buffer, start, to, off, k);
            start += k;
            return k;
        }
        int k = in.read(to, off, n);
        if (k < 0) {
            throw new EOFException("stream ended inside a message");
        }
        return k;
    }

    /** Makes {@code n} bytes available from {@code start}; false at a clean end with nothing there. */
    private boolean fill(int n) throws IOException {
        if (end - start >= n) {
            return true;
        }
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
}

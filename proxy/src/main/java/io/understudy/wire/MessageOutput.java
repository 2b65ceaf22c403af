package io.understudy.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds protocol messages in a buffer and writes them in as few system calls as possible. What is written goes out on {@link #flush}, or before if more than
 * {@link #PENDING_BYTES_MAX} bytes wait. Not safe for use by several threads.
 */
public final class MessageOutput extends OutputStream {
    private static final int PENDING_BYTES_MAX = 1 << 16;

    /** A buffer that one large message made longer than this is not kept. */
    private static final int KEPT_BYTES_MAX = 1 << 18;

    private final OutputStream out;
    private byte[] buffer = new byte[8192];
    private int size;
    private long sent;
    private int message = -1;

    public MessageOutput(OutputStream out) {
        this.out = out;
    }

    /** Begins a message of that type; {@link #end} completes it. */
    public MessageOutput begin(char type) {
        room(5);
        buffer[size++] = (byte) type;
        message = size;
        size += 4;
        return this;
    }

    /**
     * The head of a message whose length is known. It needs no {@link #end}: its body may be written by {@link #write}, which copies nothing large.
     *
     * @param length bytes of the body
     */
    public MessageOutput head(char type, int length) {
        return int8(type).int32(length + 4);
    }

    /** Begins an untyped message (startup, cancel, SSL request). */
    public MessageOutput beginUntyped() {
        room(4);
        message = size;
        size += 4;
        return this;
    }

    public MessageOutput int8(int v) {
        room(1);
        buffer[size++] = (byte) v;
        return this;
    }

    public MessageOutput int16(int v) {
        room(2);
        buffer[size++] = (byte) (v >> 8);
        buffer[size++] = (byte) v;
        return this;
    }

    public MessageOutput int32(int v) {
        room(4);
        put32(size, v);
        size += 4;
        return this;
    }

    /**
     * A string and its closing zero byte.
     *
     * @throws IllegalArgumentException if a zero byte is in it, which would end it early
     */
    public MessageOutput string(String s) {
        return string(s, StandardCharsets.UTF_8);
    }

    /** The same in another encoding, of which no character but NUL may have a zero byte. */
    public MessageOutput string(String s, Charset charset) {
        if (s.indexOf(0) >= 0) {
            throw new IllegalArgumentException("zero byte in a string");
        }
        bytes(s.getBytes(charset));
        return int8(0);
    }

    public MessageOutput bytes(byte[] b) {
        return bytes(b, 0, b.length);
    }

    public MessageOutput bytes(byte[] b, int off, int n) {
        room(n);
        System.arraycopy(b, off, buffer, size, n);
        size += n;
        return this;
    }

    /** Completes the message begun last and sends what waits if there is much of it. */
    public void end() throws IOException {
        put32(message, size - message);
        message = -1;
        if (size > PENDING_BYTES_MAX) {
            drain();
        }
    }

    /** A message without a body. */
    public void empty(char type) throws IOException {
        begin(type).end();
    }

    /** Writes ready-made bytes: whole messages, or part of one that its producer streams; never inside a message begun here. */
    @Override
    public void write(byte[] b, int off, int n) throws IOException {
        if (message >= 0) {
            throw new IllegalStateException("a message is not ended");
        }
        if (n > PENDING_BYTES_MAX) {
            drain();
            sent += n;
            out.write(b, off, n);
            return;
        }
        bytes(b, off, n);
        if (size > PENDING_BYTES_MAX) {
            drain();
        }
    }

    @Override
    public void write(int b) throws IOException {
        int8(b);
    }

    /** How many bytes were written so far, sent or not; {@link #rewind} can go back to it as long as nothing was sent since. */
    public long position() {
        return sent + size;
    }

    /** Whether {@link #rewind} can go back to {@code position}: nothing behind it was sent. */
    public boolean holds(long position) {
        return position >= sent && position <= sent + size;
    }

    /**
     * Takes back everything written after {@code position}.
     *
     * @throws IllegalStateException if part of that was sent already
     */
    public void rewind(long position) {
        if (position < sent || position > sent + size) {
            throw new IllegalStateException("already sent");
        }
        size = (int) (position - sent);
        message = -1;
    }

    @Override
    public void flush() throws IOException {
        if (message >= 0) {
            throw new IllegalStateException("a message is not ended");
        }
        drain();
        out.flush();
    }

    private void drain() throws IOException {
        if (size > 0) {
            int n = size;
            size = 0;
            sent += n;
            byte[] full = buffer;
            if (full.length > KEPT_BYTES_MAX) {
                buffer = new byte[8192];
            }
            out.write(full, 0, n);
        }
    }

    private void put32(int at, int v) {
        buffer[at] = (byte) (v >> 24);
        buffer[at + 1] = (byte) (v >> 16);
        buffer[at + 2] = (byte) (v >> 8);
        buffer[at + 3] = (byte) v;
    }

    private void room(int n) {
        if (buffer.length - size < n) {
            long wanted = Math.max(Math.min(buffer.length * 2L, Integer.MAX_VALUE - 8), (long) size + n);
            buffer = Arrays.copyOf(buffer, Math.toIntExact(wanted));
        }
    }
}

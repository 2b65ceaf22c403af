package io.understudy.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * Bytes being put together: big-endian fixed numbers, LEB128 variable ones (zigzag where the sign matters), UTF-8 text and byte strings with
 * their length before them. Grows up to 2 GiB; beyond that {@link EntryFormatException}. Not for use by several threads at once.
 */
public final class BinaryWriter {
    private static final int SIZE_MAX = Integer.MAX_VALUE - 8;

    private byte[] buffer;
    private int size;

    public BinaryWriter(int expectedSize) {
        buffer = new byte[Math.max(16, expectedSize)];
    }

    public void u8(int value) {
        reserve(1);
        buffer[size++] = (byte) value;
    }

    public void flag(boolean value) {
        u8(value ? 1 : 0);
    }

    public void int32(int value) {
        reserve(4);
        buffer[size++] = (byte) (value >>> 24);
        buffer[size++] = (byte) (value >>> 16);
        buffer[size++] = (byte) (value >>> 8);
        buffer[size++] = (byte) value;
    }

    public void int64(long value) {
        int32((int) (value >>> 32));
        int32((int) value);
    }

    /** A number that is seldom large and never negative; negative ones work and take ten bytes. */
    public void unsigned(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            buffer[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[size++] = (byte) rest;
    }

    /** A number of either sign that is seldom large. */
    public void signed(long value) {
        unsigned((value << 1) ^ (value >> 63));
    }

    public void text(String value) {
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    public void bytes(byte[] value) {
        unsigned(value.length);
        raw(value);
    }

    /** Bytes without their length. */
    public void raw(byte[] value) {
        raw(value, 0, value.length);
    }

    /** A part of an array, without its length. */
    public void raw(byte[] value, int offset, int length) {
        reserve(length);
        System.arraycopy(value, offset, buffer, size, length);
        size += length;
    }

    public void uuid(UUID value) {
        int64(value.getMostSignificantBits());
        int64(value.getLeastSignificantBits());
    }

    public int size() {
        return size;
    }

    public byte[] toBytes() {
        return size == buffer.length ? buffer : Arrays.copyOf(buffer, size);
    }

    private void reserve(int more) {
        if (more <= buffer.length - size) {
            return;
        }
        long needed = (long) size + more;
        if (needed > SIZE_MAX) {
            throw new EntryFormatException("larger than " + SIZE_MAX + " bytes");
        }
        buffer = Arrays.copyOf(buffer, (int) Math.min(SIZE_MAX, Math.max(needed, 2L * buffer.length)));
    }
}

package io.understudy.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * Reads what {@link BinaryWriter} wrote. Input that ends too early, or a length that points beyond the end, is an {@link EntryFormatException};
 * nothing is allocated before its length was checked against what is there. Not for use by several threads at once.
 */
public final class BinaryReader {
    private final byte[] bytes;
    private final int end;
    private int at;

    public BinaryReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public BinaryReader(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + length;
    }

    public int u8() {
        need(1);
        return bytes[at++] & 0xFF;
    }

    public boolean flag() {
        int value = u8();
        if (value > 1) {
            throw new EntryFormatException("flag is " + value + " at offset " + (at - 1));
        }
        return value == 1;
    }

    public int int32() {
        need(4);
        return (bytes[at++] & 0xFF) << 24
                | (bytes[at++] & 0xFF) << 16
                | (bytes[at++] & 0xFF) << 8
                | (bytes[at++] & 0xFF);
    }

    public long int64() {
        return (long) int32() << 32 | (int32() & 0xFFFFFFFFL);
    }

    public long unsigned() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = u8();
            value |= (long) (next & 0x7F) << shift;
            if ((next & 0x80) == 0) {
                return value;
            }
        }
        throw new EntryFormatException("number without an end at offset " + at);
    }

    public long signed() {
        long value = unsigned();
        return (value >>> 1) ^ -(value & 1);
    }

    public String text() {
        int length = length();
        String value = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return value;
    }

    public byte[] bytes() {
        return raw(length());
    }

    public byte[] raw(int length) {
        need(length);
        byte[] value = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return value;
    }

    public UUID uuid() {
        return new UUID(int64(), int64());
    }

    /** A count of things that take at least one byte each, so it cannot exceed what is left. */
    public int count() {
        return length();
    }

    public int remaining() {
        return end - at;
    }

    /** Fails if anything is left. */
    public void expectEnd() {
        if (at != end) {
            throw new EntryFormatException((end - at) + " bytes too many");
        }
    }

    private int length() {
        long length = unsigned();
        if (length < 0 || length > remaining()) {
            throw new EntryFormatException("length " + Long.toUnsignedString(length) + " at offset " + at + " but only "
                    + remaining() + " bytes are left");
        }
        return (int) length;
    }

    private void need(int length) {
        if (length > end - at) {
            throw new EntryFormatException("ends at offset " + end + ", " + length + " bytes expected at " + at);
        }
    }
}

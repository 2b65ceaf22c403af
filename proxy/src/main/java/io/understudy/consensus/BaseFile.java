package io.understudy.consensus;

import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import io.understudy.log.EntryFormatException;
import io.understudy.log.LogBase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The log's base on disk: a checksum, a version, the base. A new one is written beside the old one, forced, and put in its place. */
final class BaseFile {
    static final String NAME = "base";
    /** Written while the log goes on, for {@link EntryStore#forget}. */
    static final String NEXT = "base.next";
    /** Written by the thread that has the log, for {@link EntryStore#restart}. */
    static final String RECEIVED = "base.received";

    private static final int VERSION = 2;
    /** From before nodes could be added and removed. */
    private static final int WITHOUT_MEMBERS = 1;

    private static final int HEAD = 32;

    private BaseFile() {}

    static boolean existsIn(Disk disk) throws IOException {
        return disk.names().contains(NAME);
    }

    /** @throws CorruptLogException if it is damaged */
    static LogBase read(Disk disk) throws IOException {
        if (!existsIn(disk)) {
            return LogBase.NONE;
        }
        try (Disk.File file = disk.open(NAME)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(bytes, 0);
            return decode(bytes.array(), bytes.position());
        } catch (EntryFormatException | ArithmeticException e) {
            throw new CorruptLogException(disk, NAME, 0, String.valueOf(e.getMessage()));
        }
    }

    /** Durable under that name when it returns, except for the name itself. */
    static void write(Disk disk, String name, LogBase base) throws IOException {
        try (Disk.File file = disk.open(name)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(encode(base)), 0);
            file.force();
        }
    }

    /** What was written under that name is the log's base from now on, durably. */
    static void place(Disk disk, String name) throws IOException {
        disk.rename(name, NAME);
        disk.force();
    }

    /** As it is sent to other nodes, too. */
    static byte[] encode(LogBase base) {
        BinaryWriter out = new BinaryWriter(HEAD + base.members().length + base.state().length);
        out.int32(0);
        out.u8(VERSION);
        out.int64(base.index());
        out.int32(base.term());
        out.bytes(base.members());
        out.bytes(base.state());
        byte[] bytes = out.toBytes();
        ByteBuffer.wrap(bytes).putInt(0, checksum(bytes, bytes.length));
        return bytes;
    }

    /** @throws EntryFormatException if it is damaged */
    static LogBase decode(byte[] bytes, int length) {
        BinaryReader in = new BinaryReader(bytes, 0, length);
        if (in.int32() != checksum(bytes, length)) {
            throw new EntryFormatException("the checksum of the log's base is wrong");
        }
        int version = in.u8();
        if (version != VERSION && version != WITHOUT_MEMBERS) {
            throw new EntryFormatException("version " + version + " of the log's base is not known to this node");
        }
        return new LogBase(in.int64(), in.int32(), version == WITHOUT_MEMBERS ? new byte[0] : in.bytes(), in.bytes());
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 4, Math.max(0, length - 4));
        return (int) crc.getValue();
    }
}

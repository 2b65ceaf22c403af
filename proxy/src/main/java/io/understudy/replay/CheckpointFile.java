package io.understudy.replay;

import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import io.understudy.log.EntryFormatException;
import io.understudy.replay.EntryJudge.Checkpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A checkpoint in a file of the node's data directory: a version, the checkpoint, a CRC-32C over both. Replaced as a whole. */
public final class CheckpointFile implements CheckpointStore {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFile.class);
    private static final int VERSION = 1;
    private static final int SUM_BYTES = 4;

    private final Path file;
    private final Path next;

    /** @param directory exists */
    public CheckpointFile(Path directory) {
        this.file = directory.resolve("judge");
        this.next = directory.resolve("judge.new");
    }

    @Override
    public Checkpoint load() throws IOException {
        if (!Files.exists(file)) {
            return Checkpoint.START;
        }
        byte[] bytes = Files.readAllBytes(file);
        int length = bytes.length - SUM_BYTES;
        try {
            if (length > 0 && ByteBuffer.wrap(bytes).getInt(length) == sum(bytes, length)) {
                BinaryReader in = new BinaryReader(bytes, 0, length);
                if (in.u8() == VERSION) {
                    return read(in);
                }
            }
        } catch (EntryFormatException e) {
            LOG.debug("{}", file, e);
        }
        LOG.warn("{} is damaged and not used: the log is judged again from its beginning", file);
        return Checkpoint.START;
    }

    private static Checkpoint read(BinaryReader in) {
        long index = in.int64();
        long floor = in.int64();
        return new Checkpoint(index, Mastership.read(in), floor);
    }

    @Override
    public void save(Checkpoint c) throws IOException {
        BinaryWriter out = new BinaryWriter(96);
        out.u8(VERSION);
        out.int64(c.index());
        out.int64(c.floorMicros());
        c.mastership().write(out);
        byte[] body = out.toBytes();
        ByteBuffer bytes = ByteBuffer.allocate(body.length + SUM_BYTES);
        bytes.put(body).putInt(sum(body, body.length)).flip();
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static int sum(byte[] bytes, int length) {
        CRC32C sum = new CRC32C();
        sum.update(Arrays.copyOf(bytes, length));
        return (int) sum.getValue();
    }
}

package io.understudy.replay;

import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import java.util.UUID;

/**
 * Who is master by the log up to some index.
 *
 * @param epoch 0 before the first assignment
 * @param node name of the master, empty before the first assignment
 * @param process the run of that node's proxy whose entries count
 * @param index where the log says so, 0 before the first assignment
 */
public record Mastership(long epoch, String node, UUID process, long index) {
    /** Before anything was assigned: nobody's entries count. */
    public static final Mastership NONE = new Mastership(0, "", new UUID(0, 0), 0);

    void write(BinaryWriter out) {
        out.int64(epoch);
        out.text(node);
        out.uuid(process);
        out.int64(index);
    }

    static Mastership read(BinaryReader in) {
        return new Mastership(in.int64(), in.text(), in.uuid(), in.int64());
    }
}

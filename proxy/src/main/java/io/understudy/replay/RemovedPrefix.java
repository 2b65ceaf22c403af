package io.understudy.replay;

import io.understudy.log.BinaryReader;
import io.understudy.log.BinaryWriter;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.EntryFormatException;
import io.understudy.log.Form;
import io.understudy.log.LogBase;
import io.understudy.log.StatementLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What must be known of entries that the log no longer has: how to judge those that follow, and the schema's history, from which a node that has nothing makes its schema. It depends on nothing but the
 * entries, so all nodes have the same for the same index. Not safe for use by several threads.
 */
final class RemovedPrefix {
    private static final int VERSION = 1;

    private final EntryJudge judge;
    private final List<SchemaChange> changes;
    private final OpenChunks chunks = new OpenChunks();

    /** The DDL of one entry that counts, in its order. */
    record SchemaChange(long index, List<Form.Ddl> ddl) {
        SchemaChange {
            ddl = List.copyOf(ddl);
        }
    }

    private RemovedPrefix(EntryJudge judge, List<SchemaChange> changes) {
        this.judge = judge;
        this.changes = changes;
    }

    /** @throws IOException if it was made by something else */
    static RemovedPrefix of(LogBase base) throws IOException {
        if (base.index() == 0) {
            return new RemovedPrefix(new EntryJudge(), new ArrayList<>());
        }
        try {
            BinaryReader in = new BinaryReader(base.state());
            int version = in.u8();
            if (version != VERSION) {
                throw new IOException(
                        "version " + version + " of what stands for the beginning of the log is not known");
            }
            EntryJudge judge = EntryJudge.read(in);
            List<SchemaChange> changes = new ArrayList<>();
            int count = in.count();
            for (int i = 0; i < count; i++) {
                long index = in.unsigned();
                changes.add(new SchemaChange(index, ddl(EntryCodec.decode(in.bytes()))));
            }
            if (judge.index() != base.index()) {
                throw new IOException("what stands for the log up to " + base.index() + " is of " + judge.index());
            }
            return new RemovedPrefix(judge, changes);
        } catch (EntryFormatException e) {
            throw new IOException("what stands for the beginning of the log cannot be read", e);
        }
    }

    /** A list of parts is encoded as a chunk of nobody's. */
    private static List<Form.Ddl> ddl(Entry entry) {
        if (entry instanceof Entry.Chunk c) {
            return c.parts().stream()
                    .filter(Form.Ddl.class::isInstance)
                    .map(Form.Ddl.class::cast)
                    .toList();
        }
        throw new EntryFormatException("a list of DDL expected");
    }

    /** Takes the entries up to {@code to} in. */
    void extend(StatementLog log, long to) throws IOException {
        for (long i = judge.index() + 1; i <= to; i++) {
            Entry entry = EntryCodec.decodeWithoutChunks(log.read(i));
            boolean valid = judge.judge(i, entry).valid();
            chunks.add(i, entry, valid);
            if (valid && entry instanceof Entry.Transaction t) {
                List<Form.Ddl> ddl = LoggedDdl.of(t, log);
                if (!ddl.isEmpty()) {
                    changes.add(new SchemaChange(i, ddl));
                }
            }
        }
    }

    /**
     * In the place of all that was, one entry more than was judged makes this schema, whatever there is now.
     *
     * @param schema in transactions of their own
     */
    RemovedPrefix adopted(List<List<Form.Ddl>> schema) {
        long index = judge.index() + 1;
        judge.judge(index, new Entry.Noop());
        return new RemovedPrefix(
                judge, schema.stream().map(ddl -> new SchemaChange(index, ddl)).toList());
    }

    /** The judge after the last of these entries. To be asked for once. */
    EntryJudge judge() {
        return judge;
    }

    List<SchemaChange> changes() {
        return changes;
    }

    /** Chunks among the entries taken in that later ones may refer to. */
    OpenChunks chunks() {
        return chunks;
    }

    byte[] encode() {
        BinaryWriter out = new BinaryWriter(1 << 16);
        out.u8(VERSION);
        judge.write(out);
        out.unsigned(changes.size());
        for (SchemaChange c : changes) {
            out.unsigned(c.index());
            out.bytes(EntryCodec.encode(new Entry.Chunk(
                    Mastership.NONE.process(),
                    Mastership.NONE.process(),
                    0,
                    Mastership.NONE.process(),
                    0,
                    List.copyOf(c.ddl()))));
        }
        return out.toBytes();
    }
}

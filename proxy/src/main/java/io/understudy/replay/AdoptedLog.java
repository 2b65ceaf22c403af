package io.understudy.replay;

import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.Form.Ddl;
import io.understudy.log.LogBase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is to stand for a log's entries when the database that they belong to was adopted: others have written there meanwhile, so its rows come from it and not from them. */
public final class AdoptedLog {
    /** A transaction locks what it makes; servers have room for some thousands of locks. */
    private static final int STATEMENTS_MAX = 300;

    private final RemovedPrefix prefix;
    private final long index;
    private final Optional<Committed> lastTransaction;

    /**
     * A transaction of the log.
     *
     * @param xid of the master's, an xid8
     */
    public record Committed(long index, long xid) {}

    /** Entries of a log, encoded. */
    @FunctionalInterface
    public interface Entries {
        byte[] read(long index) throws IOException;
    }

    /**
     * Reads the log.
     *
     * @param to its last entry
     */
    public AdoptedLog(LogBase base, Entries log, long to) throws IOException {
        this.prefix = RemovedPrefix.of(base);
        this.index = to + 1;
        Committed last = null;
        for (long i = base.index() + 1; i <= to; i++) {
            Entry entry = EntryCodec.decodeWithoutChunks(log.read(i));
            if (prefix.judge().judge(i, entry).valid() && entry instanceof Entry.Transaction t) {
                last = new Committed(i, t.xid());
            }
        }
        this.lastTransaction = Optional.ofNullable(last);
    }

    /** The last one that counts. Transactions are committed in the log's order: a database that has its effects has those of all. */
    public Optional<Committed> lastTransaction() {
        return lastTransaction;
    }

    /** The entry, behind the last one, that the schema is to stand for. */
    public long index() {
        return index;
    }

    /**
     * What stands for all entries up to {@link #index}. To be asked for once.
     *
     * @param schema the statements that make it, in their order
     */
    public byte[] state(List<Ddl> schema) {
        List<List<Ddl>> parts = new ArrayList<>();
        for (int i = 0; i < schema.size(); i += STATEMENTS_MAX) {
            parts.add(schema.subList(i, Math.min(schema.size(), i + STATEMENTS_MAX)));
        }
        return prefix.adopted(parts).encode();
    }
}

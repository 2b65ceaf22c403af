package io.understudy.node;

import io.understudy.config.NodeConfig;
import io.understudy.log.Cut;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.LogBase;
import io.understudy.log.StatementLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Stands between a node's log and its replay: keeps entries back, and changes them before it lets them through. Safe for use by several threads. */
public final class TamperedLog implements LogView {
    private static final long NOTHING_HELD = Long.MAX_VALUE;

    private final Map<Long, byte[]> changed = new TreeMap<>();
    private long heldFrom = NOTHING_HELD;
    private @Nullable StatementLog log;

    /** Starts a node whose replay sees what this log shows it. */
    public ProxyNode start(NodeConfig config) throws IOException {
        return ProxyNode.start(config, this);
    }

    /** From now on replay gets nothing more. */
    public synchronized void hold() {
        heldFrom = log().committedIndex() + 1;
    }

    /** Highest index that the node knows to be committed. */
    public synchronized long known() {
        return log().committedIndex();
    }

    /** Lets everything through that was kept back, as {@code tampering} makes it; there must be as many entries after it. */
    public synchronized void release(UnaryOperator<List<Entry>> tampering) throws IOException {
        List<Entry> held = new ArrayList<>();
        long from = heldFrom;
        for (long i = from; i <= log().committedIndex(); i++) {
            held.add(EntryCodec.decode(log().read(i)));
        }
        List<Entry> after = tampering.apply(List.copyOf(held));
        if (after.size() != held.size()) {
            throw new IllegalArgumentException(
                    held.size() + " entries were kept back, " + after.size() + " are let through");
        }
        for (int i = 0; i < after.size(); i++) {
            if (!after.get(i).equals(held.get(i))) {
                changed.put(from + i, EntryCodec.encode(after.get(i)));
            }
        }
        heldFrom = NOTHING_HELD;
    }

    /** Shows entries as they are again, those before too: what was made of them is to be repaired. */
    public synchronized void heal() {
        changed.clear();
    }

    private StatementLog log() {
        return Objects.requireNonNull(log, "the node is not started");
    }

    private synchronized boolean holds() {
        return heldFrom != NOTHING_HELD;
    }

    private synchronized long committed() {
        return Math.min(log().committedIndex(), heldFrom - 1);
    }

    private synchronized byte[] entry(long index) throws IOException {
        byte[] other = changed.get(index);
        return other == null ? log().read(index) : other;
    }

    /** What is not delivered is looked up. */
    @Override
    public StatementLog.Listener delivering(StatementLog.Listener replay) {
        return (index, entry) -> {
            if (!holds()) {
                replay.committed(index, entry);
            }
        };
    }

    @Override
    public StatementLog reading(StatementLog real) {
        log = real;
        return new StatementLog() {
            @Override
            public void propose(byte[] entry) {
                real.propose(entry);
            }

            @Override
            public long committedIndex() {
                return committed();
            }

            @Override
            public LogBase base() {
                return real.base();
            }

            @Override
            public List<Cut> cuts() {
                return real.cuts();
            }

            @Override
            public long bytes() {
                return real.bytes();
            }

            @Override
            public void truncate(long index, byte[] state) throws IOException {
                real.truncate(index, state);
            }

            @Override
            public byte[] read(long index) throws IOException {
                return entry(index);
            }

            @Override
            public Leadership leadership() {
                return real.leadership();
            }

            @Override
            public void transferLeadership(String node) {
                real.transferLeadership(node);
            }

            @Override
            public void close() {
                real.close();
            }
        };
    }
}

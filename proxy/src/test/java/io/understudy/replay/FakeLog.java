package io.understudy.replay;

import io.understudy.log.Cut;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.LogBase;
import io.understudy.log.StatementLog;
import io.understudy.log.TruncatedLogException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** A log in memory: what is proposed is committed and delivered at once. */
final class FakeLog implements StatementLog {
    private final List<byte[]> entries = new ArrayList<>();
    private final Listener listener;
    private volatile LogBase base = LogBase.NONE;

    FakeLog(Listener listener) {
        this.listener = listener;
    }

    synchronized long append(Entry... added) {
        for (Entry e : added) {
            propose(EntryCodec.encode(e));
        }
        return entries.size();
    }

    @Override
    public synchronized void propose(byte[] entry) {
        entries.add(entry);
        listener.committed(entries.size(), entry);
    }

    @Override
    public synchronized long committedIndex() {
        return entries.size();
    }

    @Override
    public LogBase base() {
        return base;
    }

    /** After every tenth entry. */
    @Override
    public synchronized List<Cut> cuts() {
        return LongStream.rangeClosed(base.index() / 10 + 1, (entries.size() - 1) / 10)
                .mapToObj(i -> new Cut(10 * i, bytesAfter(10 * i)))
                .toList();
    }

    @Override
    public synchronized long bytes() {
        return bytesAfter(base.index());
    }

    private long bytesAfter(long index) {
        return entries.stream().skip(index).mapToLong(e -> e.length).sum();
    }

    @Override
    public synchronized void truncate(long index, byte[] state) {
        base = new LogBase(index, 1, new byte[0], state);
    }

    @Override
    public synchronized byte[] read(long index) throws TruncatedLogException {
        if (index <= base.index()) {
            throw new TruncatedLogException(index, base.index() + 1);
        }
        if (index < 1 || index > entries.size()) {
            throw new IllegalArgumentException("index " + index);
        }
        return entries.get((int) index - 1);
    }

    @Override
    public Leadership leadership() {
        return new Leadership(1, "n1", true);
    }

    @Override
    public void transferLeadership(String node) {}

    @Override
    public void close() {}
}

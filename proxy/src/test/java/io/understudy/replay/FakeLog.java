package io.understudy.replay;

import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.StatementLog;
import java.util.ArrayList;
import java.util.List;

/** A log in memory: what is proposed is committed and delivered at once. */
final class FakeLog implements StatementLog {
    private final List<byte[]> entries = new ArrayList<>();
    private final Listener listener;

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
    public long firstIndex() {
        return 1;
    }

    @Override
    public synchronized byte[] read(long index) {
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

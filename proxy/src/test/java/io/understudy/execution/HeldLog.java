package io.understudy.execution;

import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import io.understudy.log.WholeLog;
import java.util.ArrayList;
import java.util.List;

/** A log of one node whose majority can be made to wait: what is proposed is committed at once, or when the test says so. */
final class HeldLog implements WholeLog {
    private final List<byte[]> committed = new ArrayList<>();
    private final List<byte[]> proposed = new ArrayList<>();
    private final Listener listener;
    private boolean held;

    HeldLog(Listener listener) {
        this.listener = listener;
    }

    /** From now on proposals wait. */
    synchronized void hold() {
        held = true;
    }

    /** What waits is committed, in order, and what comes too. */
    synchronized void release() {
        held = false;
        proposed.forEach(this::commit);
        proposed.clear();
    }

    /** Proposals that wait. */
    synchronized int waiting() {
        return proposed.size();
    }

    private void commit(byte[] entry) {
        committed.add(entry);
        listener.committed(committed.size(), entry);
    }

    /** Puts an entry in, also while proposals wait. */
    synchronized void append(Entry entry) {
        commit(EntryCodec.encode(entry));
    }

    @Override
    public synchronized void propose(byte[] entry) {
        if (held) {
            proposed.add(entry);
        } else {
            commit(entry);
        }
    }

    @Override
    public synchronized long committedIndex() {
        return committed.size();
    }

    @Override
    public synchronized byte[] read(long index) {
        return committed.get((int) index - 1);
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

package io.understudy.replay;

import io.understudy.log.Entry;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/** Remembers what was applied, in order; the next outcomes can be told. */
final class FakeDatabase implements LocalDatabase {
    final List<String> events;
    private final Deque<Function<List<IndexedEntry>, ReplayOutcome>> next = new ArrayDeque<>();
    private long applied;
    boolean away;

    FakeDatabase(List<String> events) {
        this.events = events;
    }

    /** The next call of apply ends like this, nothing being applied. */
    synchronized void nextTime(Function<List<IndexedEntry>, ReplayOutcome> outcome) {
        next.add(outcome);
    }

    synchronized void standsAt(long index) {
        applied = index;
    }

    synchronized void away(boolean gone) {
        away = gone;
    }

    @Override
    public synchronized long open(AppliedRows.Executed executed) throws IOException {
        if (away) {
            throw new IOException("away");
        }
        return applied;
    }

    @Override
    public synchronized ReplayOutcome apply(List<IndexedEntry> batch, Progress progress) {
        var planned = next.poll();
        if (planned != null) {
            return planned.apply(batch);
        }
        for (IndexedEntry e : batch) {
            if (e.index() != applied + 1) {
                throw new IllegalStateException("applied " + applied + ", then came " + e.index());
            }
            applied = e.index();
            if (e.entry() instanceof Entry.Noop) {
                continue;
            }
            events.add("replay " + e.index());
        }
        progress.committing(applied);
        progress.committed(applied);
        return new ReplayOutcome.Applied(applied);
    }

    /** A session of the node committed it. */
    synchronized void committedElsewhere(long index) {
        if (index != applied + 1) {
            throw new IllegalStateException("applied " + applied + ", then committed " + index);
        }
        applied = index;
    }

    @Override
    public void schemaChanged() {}

    @Override
    public synchronized void disconnect() {
        events.add("disconnect");
    }

    @Override
    public boolean prune(long index) {
        return true;
    }

    @Override
    public synchronized void close() {
        events.add("close");
    }
}

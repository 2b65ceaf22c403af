package io.understudy.consensus;

import io.microraft.statemachine.StateMachine;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import java.util.List;
import java.util.function.Consumer;

/**
 * MicroRaft's state machine: all there is to do with a committed entry here is to know that it is. Delivery reads it from the store. The index only
 * grows, and after a restart it begins with what the store knows, which is more than MicroRaft is told.
 */
final class CommitTracker implements StateMachine {
    static final String POINTER = "the log itself";

    private final EntryStore entries;
    private final RaftEngine.Observer observer;
    private volatile long committed;

    CommitTracker(EntryStore entries, RaftEngine.Observer observer) {
        this.entries = entries;
        this.observer = observer;
        this.committed = entries.committedIndex();
    }

    long committed() {
        return committed;
    }

    @Override
    public Object runOperation(long index, Object operation) {
        if (index > committed) {
            entries.committed(index);
            committed = index;
            observer.committed(index);
        }
        return POINTER;
    }

    @Override
    public void takeSnapshot(long index, Consumer<Object> chunks) {
        chunks.accept(POINTER);
    }

    @Override
    public void installSnapshot(long index, List<Object> chunks) {}

    @Override
    public Object getNewTermOperation() {
        return new Payload(EntryCodec.encode(new Entry.Noop()));
    }
}

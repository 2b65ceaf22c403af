package io.understudy.consensus;

import io.microraft.impl.statemachine.InternalCommitAware;
import io.microraft.statemachine.StateMachine;
import io.understudy.log.Entry;
import io.understudy.log.EntryCodec;
import java.util.List;
import java.util.function.Consumer;

/**
 * MicroRaft's state machine: all there is to do with a committed entry here is to know that it is. Delivery reads it from the store. The index only
 * grows, and after a restart it begins with what the store knows, which is more than MicroRaft is told.
 */
final class CommitTracker implements StateMachine, InternalCommitAware {
    static final String POINTER = "the log itself";

    private final EntryStore entries;
    private final RaftEngine.Observer observer;
    private final Runnable onMembership;
    private volatile long committed;

    /** @param onMembership run when it is known to be committed that other nodes belong to the cluster */
    CommitTracker(EntryStore entries, RaftEngine.Observer observer, Runnable onMembership) {
        this.onMembership = onMembership;
        this.entries = entries;
        this.observer = observer;
        this.committed = entries.committedIndex();
    }

    long committed() {
        return committed;
    }

    @Override
    public Object runOperation(long index, Object operation) {
        committed(index);
        return POINTER;
    }

    /** MicroRaft carries out itself what says who belongs to the cluster. */
    @Override
    public void onInternalCommit(long index) {
        committed(index);
        onMembership.run();
    }

    private void committed(long index) {
        if (index > committed) {
            entries.committed(index);
            committed = index;
            observer.committed(index);
        }
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

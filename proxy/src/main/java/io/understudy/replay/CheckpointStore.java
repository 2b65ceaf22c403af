package io.understudy.replay;

import io.understudy.replay.EntryJudge.Checkpoint;
import java.io.IOException;

/**
 * Where a judge's checkpoint outlives the process. Losing it costs time at the next start, never correctness; a wrong one would, so what is found damaged is not used.
 *
 * <h2>Threads</h2>
 * One at a time.
 */
public interface CheckpointStore {
    /** Keeps nothing. */
    CheckpointStore NONE = new CheckpointStore() {
        @Override
        public Checkpoint load() {
            return Checkpoint.START;
        }

        @Override
        public void save(Checkpoint checkpoint) {}
    };

    /** The last one saved, {@link Checkpoint#START} if there is none or it is damaged. */
    Checkpoint load() throws IOException;

    /** Durable when it returns. */
    void save(Checkpoint checkpoint) throws IOException;
}

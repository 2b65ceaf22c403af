package io.understudy.consensus;

import io.microraft.executor.RaftNodeExecutor;
import io.microraft.impl.task.LeaderElectionTimeoutTask;
import io.microraft.impl.task.PreVoteTimeoutTask;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Stretches election timeouts by up to twice their length: MicroRaft's own jitter is too little for our short ones, and candidates would split the votes again and again. From the third election in a
 * row without a leader on they get longer each time: on a machine that is busy enough the votes of one election come after the next one has begun, for ever. For the engine's thread, but for
 * {@link #execute}.
 */
final class JitteredExecutor implements RaftNodeExecutor {
    private static final int AT_ONCE = 2;
    private static final int DOUBLINGS_MAX = 3;

    private final RaftNodeExecutor executor;
    private final Random random;
    private int elections;

    JitteredExecutor(RaftNodeExecutor executor, Random random) {
        this.executor = executor;
        this.random = random;
    }

    /** There is a leader. */
    void settled() {
        elections = 0;
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    @Override
    public void submit(Runnable task) {
        executor.submit(task);
    }

    @Override
    public void schedule(Runnable task, long delay, TimeUnit unit) {
        int millis = (int) unit.toMillis(delay);
        int jittered = switch (task) {
            case LeaderElectionTimeoutTask election -> {
                elections++;
                int longer = millis << Math.clamp((long) elections - AT_ONCE, 0, DOUBLINGS_MAX);
                yield longer + random.nextInt(longer * 2 + 1);
            }
            // Costs nobody a term, so it may be tried often: the others may just not have seen yet that the leader is
            // gone.
            case PreVoteTimeoutTask preVote -> millis / 3 + random.nextInt(millis + 1);
            default -> millis;
        };
        executor.schedule(task, jittered, TimeUnit.MILLISECONDS);
    }
}

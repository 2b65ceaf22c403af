package io.understudy.consensus;

import io.microraft.executor.RaftNodeExecutor;
import io.microraft.impl.task.LeaderElectionTimeoutTask;
import io.microraft.impl.task.PreVoteTimeoutTask;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Stretches election timeouts by up to twice their length: MicroRaft's own jitter is too little for our short ones, and candidates would split the votes again and again. */
record JitteredExecutor(RaftNodeExecutor executor, Random random) implements RaftNodeExecutor {

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
            case LeaderElectionTimeoutTask election -> millis + random.nextInt(millis * 2 + 1);
            // Costs nobody a term, so it may be tried often: the others may just not have seen yet that the leader is
            // gone.
            case PreVoteTimeoutTask preVote -> millis / 3 + random.nextInt(millis + 1);
            default -> millis;
        };
        executor.schedule(task, jittered, TimeUnit.MILLISECONDS);
    }
}

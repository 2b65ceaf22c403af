package io.understudy.session;

import io.understudy.classification.Classification;
import io.understudy.classification.SqlStatement;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Has work run, and notes what a session does now and how long what it did took.
 *
 * <h2>Threads</h2>
 * The session's own runs; {@link #shape}, {@link #active} and {@link #sinceNanos} are for any: what they see may be of a moment ago.
 */
final class MeasuredRuns {
    private static final int KEPT_MAX = 64;

    private final NodeServices node;
    private final SessionState session;
    private final Runner runner;
    private final StatementStatistics statistics;
    private @Nullable ShapeCounts[] executed = new ShapeCounts[4];
    private int[] times = new int[4];
    private int count;
    private boolean active;
    /** Written after the others, so that who reads it first sees them. */
    private volatile long sinceNanos = System.nanoTime();

    MeasuredRuns(NodeServices node, SessionState session, Runner runner, StatementStatistics statistics) {
        this.node = node;
        this.session = session;
        this.runner = runner;
        this.statistics = statistics;
    }

    /** See {@link Runner#run}. */
    boolean run(Work work) throws StatementFailure, SessionEnd, IOException {
        count = 0;
        work.executed(this);
        if (count > 0) {
            session.ran = executed[0];
        }
        active = true;
        long begun = System.nanoTime();
        sinceNanos = begun;
        boolean ok = false;
        try {
            ok = runner.run(work);
            return ok;
        } finally {
            long ended = System.nanoTime();
            // What another node's proxy relays here is counted there.
            if (!session.relayed) {
                boolean read = ok && session.block == null && work.decisive() instanceof Classification.Read;
                counted(ended - begun, !ok, read);
            }
            active = false;
            sinceNanos = ended;
        }
    }

    /** One execution of that statement is part of the work. */
    void add(SqlStatement statement, Classification c) {
        ShapeCounts counts = statistics.of(statement, c);
        if (count > 0 && executed[count - 1] == counts) {
            times[count - 1]++;
            return;
        }
        if (count == executed.length) {
            executed = Arrays.copyOf(executed, 2 * count);
            times = Arrays.copyOf(times, 2 * count);
        }
        executed[count] = counts;
        times[count] = 1;
        count++;
    }

    /** The statements of one batch share its time equally: nobody knows better. */
    private void counted(long nanos, boolean failed, boolean read) {
        int all = 0;
        for (int i = 0; i < count; i++) {
            all += times[i];
        }
        String place = session.route.node();
        if (read && all > 0) {
            node.readTook(place, nanos, all);
        }
        for (int i = 0; i < count; i++) {
            ShapeCounts counts = executed[i];
            if (counts != null) {
                counts.ran(place, nanos / all, times[i], failed && i == count - 1);
            }
        }
        if (executed.length > KEPT_MAX) {
            executed = new ShapeCounts[4];
            times = new int[4];
        }
    }

    /** Of the last statement that ran, or the one that runs; empty before the first. */
    String shape() {
        ShapeCounts l = session.ran;
        return l == null ? "" : l.shape();
    }

    boolean active() {
        return active;
    }

    /** Since when it is active, or idle; as {@link System#nanoTime}. */
    long sinceNanos() {
        return sinceNanos;
    }
}

package io.understudy.repair;

import io.understudy.replay.ReplayOutcome;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether this node's database is known to disagree with the log: then nothing may be read from it. The first reason stays until it is repaired. Any thread. */
public final class Quarantine {
    private volatile @Nullable String reason;

    public synchronized void diverged(ReplayOutcome.Diverged how) {
        if (reason == null) {
            reason = how.toString();
        }
    }

    /** A comparison has shown this node to be the one that differs. */
    public synchronized void differs(String why) {
        if (reason == null) {
            reason = why;
        }
    }

    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    public synchronized void repaired() {
        reason = null;
    }
}

package io.understudy.node;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reasons that consensus has to end a node. They may come before everything is there that is to be closed then: what they ask for waits for {@link #begun}.
 */
final class Ending {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

    private final String node;
    private final Runnable close;
    private final Runnable leave;
    private final AtomicBoolean ends = new AtomicBoolean();
    private volatile boolean begun;
    private volatile boolean again;
    private volatile boolean removed;

    /**
     * @param close ends everything at once
     * @param leave ends everything when clients have gone elsewhere
     */
    Ending(String node, Runnable close, Runnable leave) {
        this.node = node;
        this.close = close;
        this.leave = leave;
    }

    /** Everything is there. */
    void begun() {
        begun = true;
        endIfOver();
    }

    boolean hasBegun() {
        return begun;
    }

    /** The log begins anew, and so must the node. */
    void again() {
        again = true;
        endIfOver();
    }

    /** Whether another node is to be made in the place of the one that ended. */
    boolean isAgain() {
        return again;
    }

    /** The node does not belong to the cluster any more. */
    void removed() {
        removed = true;
        endIfOver();
    }

    private void endIfOver() {
        if (!begun || !again && !removed || !ends.compareAndSet(false, true)) {
            return;
        }
        if (again) {
            Thread.ofPlatform().name("begin-anew").start(close);
        } else {
            LOG.warn("{} was removed from the cluster: it ends, and leaves its database as it is", node);
            Thread.ofPlatform().name("removed").start(leave);
        }
    }
}

package io.understudy.mastership;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observe, decide, act: several times a second and whenever something has changed.
 *
 * <h2>Threads</h2>
 * One of its own acts; {@link #wake} may be called by any.
 */
public final class ControlLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);
    private static final Duration PERIOD = Duration.ofMillis(50);
    private static final Duration ASSIGN_AGAIN_AFTER = Duration.ofMillis(500);
    private static final Duration HAND_OVER_AGAIN_AFTER = Duration.ofSeconds(5);
    private static final Duration TRANSFER_AGAIN_AFTER = Duration.ofSeconds(1);

    private final Supplier<Observation> observe;
    private final MasterActions actions;
    private final Thread thread;
    private volatile boolean closed;
    private long assignedEpoch;
    private long assignedNanos;
    private long handedOverNanos = System.nanoTime() - HAND_OVER_AGAIN_AFTER.toNanos();
    private long transferredNanos = System.nanoTime() - TRANSFER_AGAIN_AFTER.toNanos();

    public ControlLoop(Supplier<Observation> observe, MasterActions actions) {
        this.observe = observe;
        this.actions = actions;
        this.thread = Thread.ofPlatform().name("mastership").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Something has changed. */
    public void wake() {
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            try {
                act(MastershipRules.decide(observe.get()));
            } catch (Exception e) {
                LOG.warn("mastership: {}", e.toString(), e);
            }
            LockSupport.parkNanos(PERIOD.toNanos());
        }
    }

    private void act(Decision d) throws Exception {
        long now = System.nanoTime();
        switch (d) {
            case Decision.Nothing n -> {}
            case Decision.Assign a -> {
                if (a.epoch() != assignedEpoch || now - assignedNanos > ASSIGN_AGAIN_AFTER.toNanos()) {
                    assignedEpoch = a.epoch();
                    assignedNanos = now;
                    actions.assign(a.node(), a.process(), a.epoch(), a.reason());
                }
            }
            case Decision.Open o -> actions.open(o.epoch());
            case Decision.Close c -> actions.close(c.why());
            case Decision.HandOver h -> {
                if (now - handedOverNanos > HAND_OVER_AGAIN_AFTER.toNanos()) {
                    handedOverNanos = now;
                    actions.handOver(h.node());
                }
            }
            case Decision.TransferLeadership t -> {
                if (now - transferredNanos > TRANSFER_AGAIN_AFTER.toNanos()) {
                    transferredNanos = now;
                    actions.transferLeadership(t.node());
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        wake();
    }
}

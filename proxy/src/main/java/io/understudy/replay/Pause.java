package io.understudy.replay;

import java.time.Duration;

/** Where the applying thread stands still while somebody else works on the database. For any thread. */
final class Pause {
    private boolean wanted;
    private boolean reached;

    /** From now on the applying thread stops as soon as it can. */
    synchronized void want() {
        wanted = true;
    }

    synchronized boolean wanted() {
        return wanted;
    }

    /** Lets the applying thread go on. */
    synchronized void lift() {
        wanted = false;
        notifyAll();
    }

    /** By the applying thread, which holds nothing of the database any more: waits until it may go on. */
    synchronized void stand() throws InterruptedException {
        reached = true;
        notifyAll();
        try {
            while (wanted) {
                wait();
            }
        } finally {
            reached = false;
        }
    }

    /** Waits until the applying thread stands. */
    synchronized boolean reached(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!reached) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}

package io.understudy.session;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory that long messages of all clients may take on a node together, so that no client, and not all of them at once, can bring the node down. Messages short enough for the session's own buffer
 * are not counted, nor is COPY data, which only passes through. Safe for use by many threads.
 */
final class MessageMemory {
    /**
     * A message is in memory up to six times while it is dealt with: as it came, as text, as a statement of the log, encoded, as the image of the row it makes, which for bytea is twice as long, and
     * that again. All of these are in one piece each, for which a heap with other things in it may have no room long before it is full.
     */
    private static final int PART_OF_HEAP = 16;

    private static final int UNIT_BYTES = 1 << 16;

    private final int unitsMax;
    private final Duration waitMax;
    private final Semaphore units;

    /**
     * @param bytes all together
     * @param waitMax how long a session waits for others to be done with theirs
     */
    MessageMemory(long bytes, Duration waitMax) {
        this.unitsMax = (int) Math.clamp(bytes / UNIT_BYTES, 1, Integer.MAX_VALUE);
        this.waitMax = waitMax;
        this.units = new Semaphore(unitsMax, true);
    }

    /** A fixed part of this process's heap. */
    static MessageMemory ofHeap(Duration waitMax) {
        return new MessageMemory(Runtime.getRuntime().maxMemory() / PART_OF_HEAP, waitMax);
    }

    /**
     * Takes memory for a message that is about to be read.
     *
     * @param held what the session has already, in units
     * @return what it has then; to be given to {@link #giveBack}
     * @throws SessionEnd 54000 if one session may never have that much, 53200 if it was not free in time
     */
    int take(long bytes, int held) throws SessionEnd {
        long wanted = bytes / UNIT_BYTES + 1;
        if (held + wanted > unitsMax) {
            throw new SessionEnd(
                    "54000",
                    "a message of " + bytes + " bytes is more than this node takes at a time, " + limitBytes()
                            + " bytes",
                    "Send less at once, use COPY, or give the node more memory.");
        }
        try {
            if (!units.tryAcquire((int) wanted, waitMax.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new SessionEnd(
                        "53200",
                        "a message of " + bytes + " bytes found no room: other clients' messages take this node's "
                                + limitBytes() + " bytes",
                        "Try again, or give the node more memory.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SessionEnd("57P01", "terminating connection: the node shuts down", "");
        }
        return held + (int) wanted;
    }

    void giveBack(int held) {
        units.release(held);
    }

    private long limitBytes() {
        return (long) unitsMax * UNIT_BYTES;
    }
}

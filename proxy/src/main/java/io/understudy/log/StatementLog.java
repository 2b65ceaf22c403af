package io.understudy.log;

import java.io.IOException;
import java.util.List;

/**
 * The replicated statement log as the rest of the node uses it.
 *
 * <h2>Order</h2>
 * Committed entries are numbered 1, 2, 3, … and are the same on every node. They are delivered one by one, in order, starting
 * with the index asked for at start.
 *
 * <h2>Durability</h2>
 * An entry is delivered only after a majority of nodes has it fsynced.
 *
 * <h2>Failure</h2>
 * {@link #propose} promises nothing: the entry may appear once, twice or never, at any later time. Who proposes finds out by its own ordered
 * delivery, and proposes again if need be. Any I/O error of the store ends the process.
 *
 * <h2>Threads</h2>
 * Safe for use by many threads. The listener is called by one thread at a time; it must not wait for anything but memory.
 */
public interface StatementLog extends AutoCloseable {

    /** Hands an encoded entry to whoever leads. Returns at once. */
    void propose(byte[] entry);

    /** Highest index known here to be committed; 0 for none. May be ahead of what was delivered. */
    long committedIndex();

    /** Lowest index that can still be read here: the one after the {@link #base}. */
    default long firstIndex() {
        return base().index() + 1;
    }

    /** What stands for the entries before the first. */
    LogBase base();

    /** Where the log can be cut, in order; empty if nowhere. */
    List<Cut> cuts();

    /** What the entries that it has take up, in bytes. */
    long bytes();

    /**
     * Forgets all entries up to {@code index}, soon. Nobody must need them any more: a node that does has to be set up from another one's database.
     *
     * @param index of one of the {@link #cuts}
     * @param state what those entries come to
     * @throws IOException if {@code state} cannot be kept: then they stay
     */
    void truncate(long index, byte[] state) throws IOException;

    /**
     * The committed entry at that index, from memory or disk.
     *
     * @throws TruncatedLogException if the log has it no more
     * @throws IllegalArgumentException if the index is above committedIndex
     */
    byte[] read(long index) throws IOException;

    /** What is true of consensus now. */
    Leadership leadership();

    /** Asks that {@code node} lead, if this node leads and the other one is able; best effort. */
    void transferLeadership(String node);

    @Override
    void close();

    /** Where committed entries go. */
    @FunctionalInterface
    interface Listener {
        void committed(long index, byte[] entry);
    }

    /**
     * @param term consensus term
     * @param leader name of the node that leads, empty while there is none
     * @param majority whether this node sees a majority of the nodes (from membership views)
     */
    record Leadership(long term, String leader, boolean majority) {}
}

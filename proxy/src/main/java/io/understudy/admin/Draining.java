package io.understudy.admin;

/** Takes nodes out of work, to look after them, and back. Called by many threads. */
public interface Draining {

    /**
     * A node that takes no work, or again does.
     *
     * @param master who is master now, empty if nobody is known to be
     * @param reading how many sessions are still in the middle of something at its PostgreSQL
     */
    record Drained(String node, boolean drained, String master, int reading) {}

    /**
     * No session begins to read from that node's PostgreSQL any more, and it hands the mastership over if it has it; returns when that is so and what was under way there has ended, or has had ten seconds.
     *
     * @param mayForward whether this node, if it is another one, may pass the order on
     * @throws OrderRefusedException if there is no such node, it cannot be reached, or nobody could become master in its place: nothing has changed then
     */
    Drained drain(String node, boolean mayForward) throws OrderRefusedException;

    /** Undoes {@link #drain}. */
    Drained undrain(String node, boolean mayForward) throws OrderRefusedException;
}

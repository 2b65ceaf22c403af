package io.understudy.mastership;

import java.util.UUID;

/** What the control loop can do. Implemented where the parts are joined. */
public interface MasterActions {

    /** Puts a MasterAssigned into the log; it may get lost. */
    void assign(String node, UUID process, long epoch, String reason);

    /**
     * Brings this node's database into a master's state and lets transactions in.
     *
     * @throws Exception it could not; it is tried again
     */
    void open(long epoch) throws Exception;

    /** Lets nobody in and rolls back what is not being appended. */
    void close(String why);

    /** Begins to make another node the master, in an orderly way; does not wait, and does nothing if that is under way. */
    void handOver(String node);

    void transferLeadership(String node);
}

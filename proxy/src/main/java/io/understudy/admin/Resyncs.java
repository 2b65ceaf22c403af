package io.understudy.admin;

/** Orders about nodes whose databases are wrong. Called by many threads. */
public interface Resyncs {

    /**
     * Has a node's database made equal to the others'; returns when that is under way. Until it is done the node is in quarantine.
     *
     * @param node its name
     * @param mayForward whether this node, if it is another one, may pass the order on
     * @throws OrderRefusedException if there is no such node, it cannot be reached, or it is the master
     */
    void order(String node, boolean mayForward) throws OrderRefusedException;

    /** This node's database was found to differ from the others': nothing may be read here until it is repaired. Any reason given before stays. */
    void quarantine(String reason);
}

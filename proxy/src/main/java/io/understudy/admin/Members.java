package io.understudy.admin;

import java.util.List;

/** Who belongs to the cluster, and orders to change that. Called by many threads. */
public interface Members {

    /**
     * A node as it is to be added.
     *
     * @param life which life of that name it is; the node itself knows it
     * @param host where other nodes reach its proxy
     */
    record Newcomer(String name, String life, String host, int clusterPort) {}

    /**
     * One of the cluster's nodes.
     *
     * @param votes whether it counts in majorities: a node that was added does once it has the log and its database follows that
     * @param state as in the status
     * @param repair how far its resync is, empty while there is none
     */
    record Row(
            String name,
            String host,
            int clusterPort,
            boolean votes,
            String state,
            long appliedIndex,
            long lagEntries,
            String repair) {}

    /**
     * What a node knows of it.
     *
     * @param self the node that tells, as it is or would be added
     * @param belongs whether that is one of them
     * @param waiting names of nodes that it hears and that are none of them
     */
    record Known(Newcomer self, boolean belongs, List<Row> members, List<String> waiting) {}

    /**
     * What was, or would be, done.
     *
     * @param steps for people, in their order; none: it is so already
     */
    record Done(boolean dryRun, List<String> steps) {}

    /** As this node knows it. */
    Known look();

    /**
     * Adds a node; returns when it gets the log. Its vote it asks for itself, see {@link Row#votes}.
     *
     * @throws OrderRefusedException if it cannot be added now, and why
     */
    Done add(Newcomer node, boolean dryRun) throws OrderRefusedException;

    /**
     * The same for a node that is heard, which is asked for the rest.
     *
     * @throws OrderRefusedException besides, if it is not heard or does not answer
     */
    Done add(String waiting, boolean dryRun) throws OrderRefusedException;

    /**
     * Removes a node, whose clients and mastership go elsewhere first if it can be reached; returns when that is so. If it fails, the node takes work again.
     *
     * @param mayForward whether this node may pass the order on, if it is itself to be removed
     * @throws OrderRefusedException if it cannot be removed now, and why
     */
    Done remove(String node, boolean dryRun, boolean mayForward) throws OrderRefusedException;
}

package io.understudy.topology;

/**
 * What clients are told of one configured node.
 *
 * @param role master, replica or unknown
 * @param state of {@link NodeState} in lower case, or unreachable
 * @param host where clients reach its proxy, empty if it was never heard of
 * @param lagEntries entries of the log that it has not applied
 * @param lagSeconds age of the oldest of them
 * @param self whether it is the node that tells
 */
public record NodeReport(
        String name,
        String role,
        String state,
        String host,
        int clientPort,
        int adminPort,
        long appliedIndex,
        long lagEntries,
        double lagSeconds,
        boolean self) {}

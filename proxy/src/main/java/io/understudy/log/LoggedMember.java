package io.understudy.log;

/**
 * A node of the cluster, as the log names it.
 *
 * @param life which life of that name: a node that comes again with an empty log is not the one that was there before, for it remembers neither its votes nor what it acknowledged; empty for those that
 *     the cluster was formed of
 * @param host where other nodes reach its proxy; empty if that is only known from the settings
 * @param votes whether it counts in majorities; a node that was added does once it has the log
 */
public record LoggedMember(String name, String life, String host, int clusterPort, boolean votes) {
    /** The same node, with a vote. */
    public LoggedMember voting() {
        return new LoggedMember(name, life, host, clusterPort, true);
    }
}

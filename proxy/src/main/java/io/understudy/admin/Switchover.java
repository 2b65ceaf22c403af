package io.understudy.admin;

/** Moves the mastership in an orderly way. */
@FunctionalInterface
public interface Switchover {

    /**
     * Makes another node the master; returns when it is.
     *
     * @param target a node's name, or empty for the replica with the highest applied index
     * @param mayForward whether this node, if it is not the master, may ask the master to do it
     * @return name of the new master
     * @throws OrderRefusedException if there is no master to do it, the target is not able, or it took too long
     */
    String to(String target, boolean mayForward) throws OrderRefusedException;
}

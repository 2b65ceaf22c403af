package io.understudy.admin;

/** Moves the mastership in an orderly way. */
@FunctionalInterface
public interface Switchover {

    /**
     * Makes another node the master; returns when it is.
     *
     * @param target a node's name, or empty for the replica with the highest applied index
     * @return name of the new master
     * @throws OrderRefusedException if this node is not the master, the target is not able, or it took too long
     */
    String to(String target) throws OrderRefusedException;
}

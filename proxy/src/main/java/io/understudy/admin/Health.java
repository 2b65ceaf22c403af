package io.understudy.admin;

/** Whether this node works. Called by many threads; must not wait. */
public interface Health {

    /** False only if the process should be restarted. */
    boolean live();

    /** Whether clients can be sent here: the node is open as master or replica and its PostgreSQL answers. */
    boolean ready();

    /** Whether it has been told to end, so that nobody new is to be sent here. */
    default boolean leaving() {
        return false;
    }
}

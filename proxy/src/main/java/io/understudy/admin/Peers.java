package io.understudy.admin;

import java.util.List;

/** The other nodes' administration APIs. For any thread. */
public interface Peers {

    /** Where browsers reach them, such as {@code http://host:7432}, as far as it is known; must not wait. */
    List<String> origins();

    /** Tells them that a session is over; does not wait for them. */
    void signedOut(String session);
}
